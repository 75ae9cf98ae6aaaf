// Names and values as a query string or a form carries them: "a=1&b=two%20words".
//
// The order and repeated names are kept; what repetition means is for the reader to say.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace peregrine::net {

inline constexpr size_t kMaxPairs = 10'000;

struct Pairs {
  std::vector<std::pair<std::string, std::string>> list;

  // The first value of that name, or null. Valid until the list changes.
  const std::string* find(std::string_view name) const;
  void add(std::string name, std::string value);

  bool empty() const { return list.empty(); }
  size_t size() const { return list.size(); }
  auto begin() const { return list.begin(); }
  auto end() const { return list.end(); }
  bool operator==(const Pairs&) const = default;
};

// For the query of a URL: a space becomes %20, which every recipient understands.
std::string to_query(const Pairs& pairs);
// The body of application/x-www-form-urlencoded: the same, but a space becomes '+', as browsers
// write it (WHATWG URL, section 5.2).
std::string to_form(const Pairs& pairs);

// Reads both: '+' and %20 are spaces, a name without '=' has an empty value, empty parts are
// skipped. Fails with Code::invalid for broken percent-encoding, Code::limit above kMaxPairs.
base::Result<Pairs> parse_query(std::string_view text);

}  // namespace peregrine::net
