// A request as the expressions of a provider's file see it.
#pragma once

#include <string>

#include "base/value.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

struct ProviderRequest {
  wire::Request message{};
  std::string path{};  // as it came, without its query
  base::Value query{};
  base::Value form{};  // a map, empty without a form
  base::Value json{};  // null where the body is no JSON, or says that it is something else
  base::Value headers{};
  base::Value text{};  // null where the body is no text

  // Of method, target and body: the same request or another.
  std::string digest() const;
};

ProviderRequest read_request(wire::Request message);

}  // namespace peregrine::boundary
