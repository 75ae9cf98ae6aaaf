#include "play/http_answer.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "play/links.h"
#include "wire/content_coding.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

constexpr size_t kTextShown = 300;  // of a body that should be JSON

// Header names in lower case; values of a repeated one joined by ", " (RFC 9110 section 5.3).
Value headers_value(const wire::Headers& headers) {
  base::MapBuilder map;
  for (const wire::Header header : headers) {
    const std::string name = base::lowercase(header.name);
    std::string joined;
    for (const wire::Header other : headers) {
      if (!wire::same_ignoring_case(other.name, name)) continue;
      if (!joined.empty()) joined += ", ";
      joined += other.value;
    }
    map.set(name, Value(std::move(joined)));
  }
  return Value(map.build());
}

void see_json(const wire::Response& response, const std::string& body, Attempt& attempt) {
  if (body.empty()) {
    attempt.see_nothing("json", "the answer has no body");
    return;
  }
  Result<Value> json = base::parse_json(body);
  if (json) {
    attempt.see("json", *std::move(json));
    return;
  }
  // Where it breaks is of interest if it was meant to be JSON.
  const bool meant = response.headers.get("content-type").contains("json");
  attempt.see_nothing("json",
                      fmt::format("the answer is not JSON{}: {}",
                                  meant ? fmt::format(" ({})", json.error().to_string()) : "",
                                  base::shortened(base::trimmed(body), kTextShown)));
}

void see_body(const wire::Response& response, const std::string& body, Attempt& attempt) {
  if (attempt.reads("text")) attempt.see("text", Value(body));
  if (attempt.reads("body")) attempt.see("body", Value(base::Bytes{body}));
  if (attempt.reads("links")) attempt.see("links", find_links(body));
  if (attempt.reads("csv")) {
    Result<Value> csv = base::parse_csv(body);
    if (csv) {
      attempt.see("csv", *std::move(csv));
    } else {
      attempt.see_nothing("csv", fmt::format("the answer is not CSV: {}", csv.error().text));
    }
  }
  if (attempt.reads("json")) see_json(response, body, attempt);
}

}  // namespace

Result<> see_answer(const wire::Response& response, base::Duration took, Attempt& attempt) {
  attempt.see("status", Value(response.status));
  attempt.see("time", Value(took));
  if (attempt.reads("headers")) attempt.see("headers", headers_value(response.headers));
  const auto coding = response.headers.find("content-encoding");
  if (!coding || response.body.empty()) {
    see_body(response, response.body, attempt);
    return {};
  }
  TRY(const std::vector<wire::Coding> applied, wire::parse_codings(*coding));
  TRY(const std::string body, wire::decode_body(applied, response.body));
  see_body(response, body, attempt);
  return {};
}

}  // namespace peregrine::play
