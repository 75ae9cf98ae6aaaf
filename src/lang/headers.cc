#include "lang/headers.h"

#include <fmt/core.h>

#include <algorithm>

#include "lang/fields.h"

namespace peregrine::lang {

namespace {

// A token, as RFC 9110 section 5.1 has it.
bool is_header_name(std::string_view name) {
  static constexpr std::string_view kSigns = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kSigns.contains(c);
  });
}

}  // namespace

void check_header_name(std::string_view name, const Place& at, Diagnostics& diagnostics) {
  if (is_header_name(name)) return;
  diagnostics.add(at, fmt::format("`{}` cannot name a header", name),
                  "it has letters, digits and -, as in content-type");
}

HeaderTemplates compile_headers(const Node& node, const Names& names, Diagnostics& diagnostics) {
  HeaderTemplates headers;
  if (!check_map(node, "`headers`", diagnostics)) return headers;
  for (const auto& [name, value] : node.entries) {
    check_header_name(name.text, name.at, diagnostics);
    headers.emplace_back(
        name.text,
        compile_text(value, "a header's value",
                     "write several values as one text, with commas; an empty one is \"\"", names,
                     diagnostics));
  }
  return headers;
}

}  // namespace peregrine::lang
