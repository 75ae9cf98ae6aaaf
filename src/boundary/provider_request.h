// A request as the expressions of a provider's file see it.
#pragma once

#include <string>

#include "base/value.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

struct ProviderRequest {
  std::string method;
  std::string path;  // as it came, without its query
  base::Value query;
  base::Value form;  // a map, empty without a form
  base::Value json;  // null where the body is no JSON, or says that it is something else
  base::Value headers;
  base::Value text;    // null where the body is no text
  std::string digest;  // of method, target and body: the same request or another
};

ProviderRequest read_request(const wire::Request& message);

}  // namespace peregrine::boundary
