#include "boundary/provider_request.h"

#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "boundary/provider_form.h"
#include "net/query.h"
#include "wire/multipart.h"

namespace peregrine::boundary {

using base::Map;
using base::Value;

namespace {

// Names in lower case; one that came more than once has its values in one, with commas.
Value headers_of(const wire::Headers& headers) {
  std::vector<Map::Entry> entries;
  for (const wire::Header& header : headers) {
    const std::string name = base::lowercase(header.name);
    bool known = false;
    for (auto& [key, value] : entries) {
      if (key != name) continue;
      value = Value(value.as_text() + ", " + std::string(header.value));
      known = true;
    }
    if (!known) entries.emplace_back(name, Value(header.value));
  }
  return Value(Map::of_distinct(std::move(entries)));
}

Value nested_or_empty(std::string_view text) {
  const auto pairs = net::parse_query(text);
  return pairs ? nested(*pairs) : Value(Map{});
}

// A file is a map of its name, its type and its bytes.
Value multipart_of(const std::string& type, const std::string& body) {
  const auto parts = wire::parse_multipart(type, body);
  if (!parts) return Value(Map{});
  base::MapBuilder form;
  for (const wire::FormPart& part : *parts) {
    if (!part.file) {
      form.set(part.name, Value(part.bytes));
    } else {
      form.set(part.name, Value(Map{{"file", Value(*part.file)},
                                    {"type", Value(part.type)},
                                    {"bytes", Value(base::Bytes{part.bytes})}}));
    }
  }
  return Value(form.build());
}

}  // namespace

std::string ProviderRequest::digest() const {
  return base::sha256_hex(message.method + " " + message.target + "\n" + message.body);
}

ProviderRequest read_request(wire::Request received) {
  ProviderRequest request{.message = std::move(received)};
  const wire::Request& message = request.message;
  const size_t mark = message.target.find('?');
  request.path = message.target.substr(0, mark);
  request.query = nested_or_empty(
      mark == std::string::npos ? "" : std::string_view(message.target).substr(mark + 1));
  request.headers = headers_of(message.headers);
  request.form = Value(Map{});
  const std::string type = base::lowercase(message.headers.get("content-type"));
  if (type.starts_with("application/x-www-form-urlencoded")) {
    request.form = nested_or_empty(message.body);
  } else if (type.starts_with("multipart/form-data")) {
    request.form = multipart_of(std::string(message.headers.get("content-type")), message.body);
  } else if ((type.empty() || type.contains("json")) && !message.body.empty()) {
    if (auto json = base::parse_json(message.body)) request.json = *std::move(json);
  }
  if (!base::first_invalid_utf8(message.body)) request.text = Value(message.body);
  return request;
}

}  // namespace peregrine::boundary
