#include "boundary/provider_call.h"

#include "base/json.h"
#include "base/text.h"
#include "boundary/provider_request.h"

namespace peregrine::boundary {

using base::Map;
using base::Value;

namespace {

Value text_of(const std::string& body) {
  return base::first_invalid_utf8(body) ? Value(base::Bytes{body}) : Value(body);
}

}  // namespace

void ProviderCall::clear() {
  number = 0;
  at = {};
  started = {};
  duration = {};
  request.clear();
  route.reset();
  answer.clear();
  answer.status = 0;
  failure.clear();
  mistake.clear();
  repeated = waited = false;
}

Value ProviderCall::answer_json() const {
  base::Result<Value> its = base::parse_json(answer.body);
  return its ? *std::move(its) : Value();
}

Value ProviderCall::seen() const {
  Value answered;
  if (answer.status != 0) {
    answered = Map{{"status", answer.status},
                   {"headers", headers_of(answer.headers)},
                   {"json", answer_json()},
                   {"text", text_of(answer.body)}};
  }
  using enum lang::RequestPart;
  const ProviderRequest parts(request, route.get());
  return Value(Map{{"method", Value(request.method)},
                   {"target", Value(request.target)},
                   {"route", Value(route ? route->title() : "")},
                   {"name", Value(route ? route->name : "")},
                   {"path", parts.part(path)},
                   {"query", parts.part(query)},
                   {"form", parts.part(form)},
                   {"json", parts.part(json)},
                   {"headers", parts.part(headers)},
                   {"text", text_of(request.body)},
                   {"answer", std::move(answered)},
                   {"failure", failure.empty() ? Value() : Value(failure)},
                   {"at", Value(at)}});
}

}  // namespace peregrine::boundary
