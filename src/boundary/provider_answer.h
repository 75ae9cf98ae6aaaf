// One request on its way through a provider: from its route to what is answered, without I/O.
//
//   begin() ──▶ answered
//          ├──▶ waiting   until ready(), or the time of its `wait` is over: then finish();
//          │              or replace(), when another waits in its place
//          └──▶ program   the user's program answers
//
// All that it changes in the world happens in begin(), at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boundary/provider_frame.h"
#include "boundary/provider_request.h"
#include "boundary/provider_world.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

class ProviderAnswer {
 public:
  enum class Stage { answered, waiting, program };

  // World, message and response outlive it.
  ProviderAnswer(ProviderWorld& world, const wire::Request& message, base::WallTime now,
                 wire::Response& response);
  ProviderAnswer(const ProviderAnswer&) = delete;
  ProviderAnswer& operator=(const ProviderAnswer&) = delete;

  const ProviderRequest& request() const { return request_; }
  const lang::Route* route() const { return request_.route(); }  // null if there is none

  Stage begin();
  // Answers with this reply of the file, as a failure that was asked for.
  void answer_with(std::string_view reply);

  // Zero unless begin() gave `waiting`, which the following require.
  base::Duration wait_at_most() const { return wait_at_most_; }
  bool ready(base::WallTime now);
  void finish(base::WallTime now);
  void replace();

  // REQUIRES: begin() gave `program`.
  base::Result<std::vector<std::string>> command();
  void answer_by_program(const base::Result<std::string>& said);

  // Once it is answered; its status is 0 before.
  const wire::Response& response() const { return response_; }
  const std::string& mistake() const { return mistake_; }  // why it is a 500
  bool repeated() const { return repeated_; }
  // Webhooks that begin() has asked for.
  std::vector<ProviderEvent> events{};

 private:
  base::Result<bool> authorized();
  base::Result<bool> remembered();
  base::Result<bool> fulfilled(const lang::Requirement& requirement);
  base::Result<Stage> carry_out();
  base::Result<Stage> act(const lang::Case& chosen);
  base::Result<> reply(const lang::ReplyPtr& with);
  base::Result<> reply_of_case();
  void answer(const base::Error& mistake);
  void remember();

  ProviderWorld& world_;
  const ProviderRequest request_;
  ProviderFrame frame_;
  const lang::Case* case_ = nullptr;
  base::Duration wait_at_most_{};
  std::string key_;  // of idempotency; empty if the request has none
  wire::Response& response_;
  std::string mistake_;
  bool repeated_ = false;
};

}  // namespace peregrine::boundary
