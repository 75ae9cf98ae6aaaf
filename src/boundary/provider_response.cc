#include "boundary/provider_response.h"

#include <fmt/core.h>

#include "base/json.h"
#include "boundary/provider_form.h"
#include "net/http_server.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

constexpr int kLeastStatus = 200, kMostStatus = 599;

Result<int> fill_status(const lang::Reply& reply, ProviderFrame& frame) {
  TRY(const Value value, frame.fill(reply.status));
  const Result<Value> number = value.is_text() ? base::parse_json(value.as_text()) : value;
  if (number && number->kind() == base::Kind::int64) {
    const int64_t status = number->as_int();
    if (status >= kLeastStatus && status <= kMostStatus) return static_cast<int>(status);
  }
  return fail(Code::invalid, "{} is no status of an answer", base::to_json(value));
}

// A header that the reply names goes before the one that its body brings.
void set_type(wire::Response& response, std::string_view type) {
  if (!response.headers.find("content-type")) response.headers.add("content-type", type);
}

}  // namespace

Result<> make_response(const lang::Reply& reply, ProviderFrame& frame, wire::Response& response) {
  response.clear();
  TRY(response.status, fill_status(reply, frame));
  for (const auto& [name, value] : reply.headers) {
    TRY(const std::string text, frame.fill_text(value));
    response.headers.add(name, text);
  }
  if (const auto* json = std::get_if<lang::Reply::Json>(&reply.body)) {
    response.body = json->constant;
    if (response.body.empty()) {
      TRY(const Value value, frame.fill(json->value));
      response.body = base::to_json(value);
    }
    set_type(response, "application/json; charset=utf-8");
  } else if (const auto* form = std::get_if<lang::Reply::Form>(&reply.body)) {
    TRY(const Value pairs, frame.fill(form->pairs));
    response.body = to_form(pairs);
    set_type(response, "application/x-www-form-urlencoded");
  } else if (const auto* text = std::get_if<lang::Reply::Text>(&reply.body)) {
    TRY(response.body, frame.fill_text(text->text));
    set_type(response, "text/plain; charset=utf-8");
  } else if (const auto* body = std::get_if<lang::Reply::Body>(&reply.body)) {
    TRY(response.body, frame.fill_text(body->bytes));
  }
  return {};
}

wire::Response mistaken_response(std::string_view provider, std::string_view mistake) {
  return net::plain_response(
      500, fmt::format("Peregrine's provider `{}` cannot answer: {}", provider, mistake));
}

}  // namespace peregrine::boundary
