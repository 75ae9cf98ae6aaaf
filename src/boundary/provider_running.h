// A provider that is being played: its world, and what of it waits, listens and posts.
//
// One thread: the loop's. Provider owns one and is its only user.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "boundary/provider.h"
#include "boundary/provider_answer.h"
#include "boundary/provider_failures.h"
#include "boundary/provider_journal.h"
#include "boundary/provider_postman.h"
#include "boundary/provider_world.h"
#include "boundary/visit.h"
#include "io/scope.h"
#include "net/http_conversation.h"
#include "net/http_server.h"

namespace peregrine::boundary {

class Provider::Snapshot {
 public:
  ProviderState state;
  ProviderJournal journal;
};

class Provider::Running {
 public:
  static constexpr size_t kMostBody = size_t{16} << 20;  // bytes of a request
  static constexpr size_t kMostConnections = 2'000;
  // How long a request that is not to be answered is held.
  static constexpr base::Duration kHeld = std::chrono::minutes(10);

  Running(io::Loop& loop, io::Listener listener, ProviderWorld world, ProviderOptions options);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  io::Task<base::Result<Performed>> perform(std::string action, base::Value with,
                                            io::Deadline deadline);
  io::Task<base::Result<Performed>> post_again(Performed performed, io::Deadline deadline);
  io::Task<base::Result<>> until_quiet(io::Deadline deadline);
  bool quiet() const { return answering_ == 0 && postman_.under_way() == 0; }
  // Does what is due.
  void look_at_clock();
  // Something may be true now that somebody waits for.
  void changed() { changed_.notify_all(); }
  void restore(const Snapshot& snapshot);

  const io::Address& address() const { return server_->address(); }
  base::WallTime now() const { return options.wall_time(); }

  io::Loop& loop;
  ProviderOptions options;
  ProviderWorld world;
  ProviderJournal journal;
  ProviderFailures failures;

 private:
  class Answering;

  net::Router router();
  io::Task<void> serve(net::HttpConversation& conversation);
  io::Task<bool> passes(net::HttpConversation& conversation, Visit& visit, Point point);
  using CallPtr = ProviderJournal::CallPtr;
  io::Task<base::Result<>> receive(net::HttpConversation& conversation, std::string& body);
  io::Task<void> refuse(net::HttpConversation& conversation, int status, std::string why);
  io::Task<void> fail(net::HttpConversation& conversation, ProviderAnswer& answer, CallPtr call);
  io::Task<base::Result<>> wait(ProviderAnswer& answer);
  io::Task<void> run_program(ProviderAnswer& answer);
  const wire::Response& tell(const CallPtr& call, const ProviderAnswer& answer,
                             std::optional<wire::Response>& uncut);

  // Makes webhooks of events; those that cannot be made are told as mistakes.
  ProviderPostman::Batch webhooks_of(const std::vector<ProviderEvent>& events);
  void attempted(const Webhook& webhook);
  bool has_timers() const;
  io::Task<void> keep_time();

  io::Signal changed_;
  io::Signal clock_;      // the next timer may be another, or due
  size_t answering_ = 0;  // requests, without those that wait
  uint64_t last_wait_ = 0;
  std::map<std::string, uint64_t> waits_;  // by path, which of them is the last
  ProviderPostman postman_;
  io::Scope own_tasks_;
  std::optional<net::HttpServer> server_;  // last: its tasks use all of the above
};

}  // namespace peregrine::boundary
