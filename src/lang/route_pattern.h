// The path of a provider's route: `/v1/customers/{id}`, `/bot{token}/getMe`.
//
// A parameter stands for one or more characters of one segment, so it ends at the next `/`. Matched
// against a path as it came, before percent-decoding: an encoded `/` belongs to the parameter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/diagnostic.h"

namespace peregrine::lang {

struct RoutePattern {
  // A parameter's name, or literal text.
  struct Part {
    std::string text;
    bool parameter;
  };
  // What stands between two `/`. No two parameters are next to each other.
  using Segment = std::vector<Part>;

  std::string text;  // as written
  std::vector<Segment> segments;

  // `path` stands at `at` in its file. Reports what is wrong and gives what could be read.
  static RoutePattern read(std::string_view path, const Place& at, Diagnostics& diagnostics);

  std::vector<std::string> parameters() const;
  // The same text with `{}` for every parameter: two routes with the same shape never differ.
  std::string shape() const;
  // What the parameters are in this path, in their order; nothing if it does not fit.
  std::optional<std::vector<std::string_view>> match(std::string_view path) const;
  // How many characters are literal: of two patterns that fit, the one with more is meant.
  size_t literal_characters() const;
};

}  // namespace peregrine::lang
