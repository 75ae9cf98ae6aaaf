#include "net/query.h"

#include <algorithm>
#include <utility>

#include "net/url.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;

namespace {

// Every '%' in what percent_encode() gives begins an encoded byte, so "%20" is a space wherever it
// stands.
std::string with_plus_for_space(std::string_view encoded) {
  constexpr std::string_view kSpace = "%20";
  std::string result;
  result.reserve(encoded.size());
  for (;;) {
    const size_t at = std::min(encoded.find(kSpace), encoded.size());
    result += encoded.substr(0, at);
    encoded.remove_prefix(at);
    if (encoded.empty()) return result;
    result += '+';
    encoded.remove_prefix(kSpace.size());
  }
}

Result<std::string> decode_part(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

}  // namespace

const std::string* Pairs::find(std::string_view name) const {
  for (const auto& [key, value] : list) {
    if (key == name) return &value;
  }
  return nullptr;
}

void Pairs::add(std::string name, std::string value) {
  list.emplace_back(std::move(name), std::move(value));
}

std::string to_query(const Pairs& pairs) {
  std::string result;
  for (const auto& [name, value] : pairs) {
    if (!result.empty()) result += '&';
    result.append(percent_encode(name)).append("=").append(percent_encode(value));
  }
  return result;
}

std::string to_form(const Pairs& pairs) { return with_plus_for_space(to_query(pairs)); }

Result<Pairs> parse_query(std::string_view text) {
  Pairs result;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    if (result.size() == kMaxPairs) {
      return fail(Code::limit, "more than {} names in a query or form", kMaxPairs);
    }
    const size_t equals = std::min(part.find('='), part.size());
    TRY(std::string name, decode_part(part.substr(0, equals)));
    TRY(std::string value, decode_part(part.substr(std::min(equals + 1, part.size()))));
    result.add(std::move(name), std::move(value));
  }
  return result;
}

}  // namespace peregrine::net
