// /echo/…: tells what the request was.
#include <map>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "journeys/service/parrot.h"

namespace peregrine::parrot {

namespace {

base::Value to_value(const net::Pairs& pairs) {
  base::MapBuilder map;
  for (const auto& [name, value] : pairs) map.set(name, base::Value(value));
  return base::Value(map.build());
}

// All values of one name, for requests that repeat it.
base::Value repeated(const net::Pairs& pairs) {
  base::List list;
  for (const auto& [name, value] : pairs) list.emplace_back(name + "=" + value);
  return base::Value(std::move(list));
}

// A header that came twice has both values, so that one too many is seen.
base::Value headers_of(const net::HttpRequest& request) {
  std::map<std::string, std::string> texts;
  for (const wire::Header header : request.message.headers) {
    std::string& text = texts[base::lowercase(header.name)];
    if (!text.empty()) text += ", ";
    text += header.value;
  }
  base::MapBuilder map;
  for (const auto& [name, text] : texts) map.set(name, base::Value(text));
  return base::Value(map.build());
}

io::Task<wire::Response> echo(const net::HttpRequest& request) {
  base::MapBuilder answer;
  answer.set("method", base::Value(request.message.method))
      .set("path", base::Value(request.path))
      .set("query", to_value(request.query))
      .set("pairs", repeated(request.query))
      .set("headers", headers_of(request))
      .set("body", base::Value(request.message.body));
  if (auto json = base::parse_json(request.message.body)) answer.set("json", *std::move(json));
  if (request.message.headers.get("content-type") == "application/x-www-form-urlencoded") {
    if (auto form = net::parse_query(request.message.body)) answer.set("form", to_value(*form));
  }
  wire::Response response = json_response(200, base::Value(answer.build()));
  response.headers.add("x-method", request.message.method);
  co_return response;
}

}  // namespace

void add_echo(net::Router& router) {
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    router.add(method, "/echo/{path*}", echo);
  }
}

}  // namespace peregrine::parrot
