// A request as the expressions of a provider's file see it: each part is made when it is asked for.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "lang/provider_spec.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

class ProviderRequest {
 public:
  static constexpr size_t kParts = static_cast<size_t>(lang::RequestPart::text) + 1;

  // Both outlive it. Null: no route takes the request.
  ProviderRequest(const wire::Request& message, const lang::Route* route)
      : message_(message), route_(route) {}

  const wire::Request& message() const { return message_; }
  const lang::Route* route() const { return route_; }
  // As it came, without its query.
  std::string_view path() const { return path_of(message_); }
  static std::string_view path_of(const wire::Request& message);

  // `path` are the parameters of the route, `form` is an empty map without a form, `json` null
  // where the body is no JSON or says that it is something else, `text` null where it is no text.
  const base::Value& part(lang::RequestPart part) const;

  // Of method, target and body: the same request or another.
  std::string digest() const;

 private:
  const wire::Request& message_;
  const lang::Route* route_;
  mutable std::array<std::optional<base::Value>, kParts> parts_{};
};

// Headers as expressions see them, of a request or an answer: names in lower case; one that came
// more than once has its values in one, with commas.
base::Value headers_of(const wire::Headers& headers);

}  // namespace peregrine::boundary
