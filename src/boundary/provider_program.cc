#include "boundary/provider_program.h"

#include "base/json.h"
#include "lang/template.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Map;
using base::Result;
using base::Value;

Result<std::vector<std::string>> words_of(const lang::Template& command, ProviderFrame& frame) {
  std::vector<std::string> words;
  bool open = false;  // the last word goes on
  const auto add = [&](std::string_view text) {
    if (!std::exchange(open, true)) words.emplace_back();
    words.back() += text;
  };
  const auto add_literal = [&](std::string_view text) {
    for (const char c : text) {
      if (c == ' ') {
        open = false;
      } else {
        add({&c, 1});
      }
    }
  };
  if (const Value* literal = command.literal()) {
    add_literal(lang::to_text(*literal));
    return words;
  }
  for (const lang::Template::Part& part : command.parts()) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      add_literal(*literal);
      continue;
    }
    TRY(const Value value, frame.evaluate(std::get<lang::Expression>(part)));
    add(lang::to_text(value));
  }
  return words;
}

std::string program_input(const ProviderRequest& request) {
  using enum lang::RequestPart;
  return base::to_json(Value(Map{{"method", Value(request.message().method)},
                                 {"path", request.part(path)},
                                 {"query", request.part(query)},
                                 {"form", request.part(form)},
                                 {"json", request.part(json)},
                                 {"headers", request.part(headers)},
                                 {"text", request.part(text)}}));
}

Result<wire::Response> response_of_program(std::string_view said) {
  wire::Response response;
  const Result<Value> json = base::parse_json(said);
  const Value* status = json ? json->find("status") : nullptr;
  if (!status) {
    response.body = said;
    response.headers.add("content-type",
                         json ? "application/json; charset=utf-8" : "text/plain; charset=utf-8");
    return response;
  }
  const bool number = status->kind() == base::Kind::int64;
  if (!number || status->as_int() < 200 || status->as_int() > 599) {
    return fail(Code::invalid, "the program's `status` is {}, not a number from 200 to 599",
                base::to_json(*status));
  }
  response.status = static_cast<int>(status->as_int());
  const Value* headers = json->find("headers");
  if (headers && headers->is_map()) {
    for (const auto& [name, value] : headers->as_map()) {
      response.headers.add(name, lang::to_text(value));
    }
  }
  const Value* body = json->find("json");
  const Value* text = json->find("text");
  if (body) response.body = base::to_json(*body);
  if (!body && text) response.body = lang::to_text(*text);
  if ((body || text) && !response.headers.find("content-type")) {
    response.headers.add("content-type",
                         body ? "application/json; charset=utf-8" : "text/plain; charset=utf-8");
  }
  return response;
}

}  // namespace peregrine::boundary
