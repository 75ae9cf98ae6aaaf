#include "play/http_answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/json_selection.h"
#include "base/text.h"
#include "play/links.h"
#include "wire/content_coding.h"

namespace peregrine::play {

using base::Result;
using base::Value;
using namespace std::string_view_literals;

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

void see_json(const lang::Seen& part, const wire::Response& response, const std::string& body,
              Attempt& attempt) {
  if (body.empty()) {
    attempt.see_nothing("json", "the answer has no body");
    return;
  }
  Result<Value> json = base::parse_json(body, part.part);
  if (json) {
    attempt.see(part, *std::move(json));
    return;
  }
  // Where it breaks is of interest if it was meant to be JSON.
  const bool meant = response.headers.get("content-type").contains("json");
  attempt.see_nothing("json",
                      fmt::format("the answer is not JSON{}: {}",
                                  meant ? fmt::format(" ({})", json.error().to_string()) : "",
                                  base::shortened(base::trimmed(body), kTextShown)));
}

void see_csv(const std::string& body, Attempt& attempt) {
  Result<Value> csv = base::parse_csv(body);
  if (csv) {
    attempt.see("csv", *std::move(csv));
  } else {
    attempt.see_nothing("csv", fmt::format("the answer is not CSV: {}", csv.error().text));
  }
}

void see_body(const lang::Seen& part, const wire::Response& response, const std::string& body,
              Attempt& attempt) {
  if (part.name == "json"sv) {
    see_json(part, response, body, attempt);
  } else if (part.name == "csv"sv) {
    see_csv(body, attempt);
  } else if (part.name == "text"sv) {
    attempt.see(part, Value(body));
  } else if (part.name == "body"sv) {
    attempt.see(part, Value(base::Bytes{body}));
  } else if (part.name == "links"sv) {
    attempt.see(part, find_links(body));
  }
}

// Null if the body comes as it is.
Result<std::unique_ptr<const std::string>> decoded_body(const wire::Response& response) {
  const auto coding = response.headers.find("content-encoding");
  if (!coding || response.body.empty()) return nullptr;
  TRY(const std::vector<wire::Coding> applied, wire::parse_codings(*coding));
  TRY(std::string body, wire::decode_body(applied, response.body));
  return std::make_unique<const std::string>(std::move(body));
}

}  // namespace

Result<bool> see_answer(const wire::Response& response, base::Duration took, Attempt& attempt) {
  bool partly = false;
  TRY(const auto decoded, decoded_body(response));
  const std::string& body = decoded ? *decoded : response.body;
  for (const lang::Seen& part : attempt.step.seen) {
    // A status that nobody speaks of is judged, too.
    if (part.name == "status"sv) {
      attempt.see(part, Value(response.status));
    } else if (!part.read) {
      continue;
    } else if (part.name == "time"sv) {
      attempt.see(part, Value(took));
    } else if (part.name == "headers"sv) {
      attempt.see(part, headers_value(response.headers));
    } else {
      see_body(part, response, body, attempt);
      partly = partly || (part.name == "json"sv && !part.part.all);
    }
  }
  return partly;
}

Value whole_json(const wire::Response& response) {
  const auto decoded = decoded_body(response);
  base::check(decoded.has_value(), "a body that was read once cannot be read again");
  const auto json = base::parse_json(*decoded ? **decoded : response.body);
  return json ? *json : Value();  // it was none before
}

}  // namespace peregrine::play
