#include "boundary/provider_request.h"

#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "boundary/provider_form.h"
#include "net/query.h"
#include "net/url.h"
#include "wire/multipart.h"

namespace peregrine::boundary {

using base::Map;
using base::Value;

namespace {

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

Value parameters_of(const lang::Route* route, std::string_view path) {
  base::MapBuilder map;
  const auto values = route ? route->path.match(path) : std::nullopt;
  if (!values) return Value(map.build());
  const std::vector<std::string> names = route->path.parameters();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string text((*values)[i]);
    map.set(names[i], Value(net::percent_decode(text).value_or(text)));
  }
  return Value(map.build());
}

Value query_of(const wire::Request& message) {
  const size_t mark = message.target.find('?');
  if (mark == std::string::npos) return Value(Map{});
  return nested_or_empty(std::string_view(message.target).substr(mark + 1));
}

Value form_of(const wire::Request& message) {
  const std::string_view type = message.headers.get("content-type");
  const std::string kind = base::lowercase(type);
  if (kind.starts_with("application/x-www-form-urlencoded")) return nested_or_empty(message.body);
  if (kind.starts_with("multipart/form-data")) {
    return multipart_of(std::string(type), message.body);
  }
  return Value(Map{});
}

Value json_of(const wire::Request& message) {
  const std::string type = base::lowercase(message.headers.get("content-type"));
  const bool other = !type.empty() && (!type.contains("json") || type.starts_with("multipart/"));
  if (other || message.body.empty()) return Value();
  auto json = base::parse_json(message.body);
  return json ? *std::move(json) : Value();
}

Value text_of(const wire::Request& message) {
  return base::first_invalid_utf8(message.body) ? Value() : Value(message.body);
}

Value make(lang::RequestPart part, const ProviderRequest& of) {
  using enum lang::RequestPart;
  switch (part) {
    case path:
      return parameters_of(of.route(), of.path());
    case query:
      return query_of(of.message());
    case form:
      return form_of(of.message());
    case json:
      return json_of(of.message());
    case headers:
      return headers_of(of.message().headers);
    case text:
      break;
  }
  return text_of(of.message());
}

}  // namespace

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

std::string_view ProviderRequest::path_of(const wire::Request& message) {
  return std::string_view(message.target).substr(0, message.target.find('?'));
}

const Value& ProviderRequest::part(lang::RequestPart part) const {
  std::optional<Value>& made = parts_[static_cast<size_t>(part)];
  if (!made) made = make(part, *this);
  return *made;
}

std::string ProviderRequest::digest() const {
  return base::sha256_hex(message_.method + " " + message_.target + "\n" + message_.body);
}

}  // namespace peregrine::boundary
