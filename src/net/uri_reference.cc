#include "net/uri_reference.h"

#include <algorithm>
#include <optional>

namespace peregrine::net {
namespace {

using Part = std::optional<std::string_view>;  // one that is empty is another than none

struct Reference {
  Part scheme{};
  Part authority{};
  std::string_view path{};
  Part query{};
  Part fragment{};
};

bool is_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

// Cuts off what stands behind the first such character.
Part take_behind(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view part = text.substr(at + 1);
  text = text.substr(0, at);
  return part;
}

Reference split(std::string_view text) {
  Reference result;
  result.fragment = take_behind(text, '#');
  result.query = take_behind(text, '?');
  if (const size_t colon = text.find(':');
      colon != std::string_view::npos && is_scheme(text.substr(0, colon))) {
    result.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find('/'), text.size());
    result.authority = text.substr(0, end);
    text.remove_prefix(end);
  }
  result.path = text;
  return result;
}

// Section 5.2.3.
std::string merged(const Reference& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const size_t slash = base.path.rfind('/');
  const size_t kept = slash == std::string_view::npos ? 0 : slash + 1;
  return std::string(base.path.substr(0, kept)) + std::string(path);
}

void append(std::string& out, std::string_view before, const Part& part, std::string_view behind) {
  if (part) out.append(before).append(*part).append(behind);
}

}  // namespace

std::string without_dot_segments(std::string_view path) {
  std::string out;
  const auto drop_last = [&out] { out.resize(out.find_last_of('/') + 1); };
  const bool rooted = path.starts_with('/');
  if (rooted) out = "/", path.remove_prefix(1);
  // `out` ends with '/' or is empty; what a segment adds ends with '/' unless it is the last.
  for (bool last = false; !last;) {
    const size_t slash = path.find('/');
    last = slash == std::string_view::npos;
    const std::string_view segment = path.substr(0, slash);
    path.remove_prefix(last ? path.size() : slash + 1);
    if (segment == "..") {
      if (out.size() > 1) out.pop_back(), drop_last();
    } else if (segment != ".") {
      out.append(segment);
      if (!last) out += '/';
    }
  }
  return out;
}

std::string resolve_reference(std::string_view base, std::string_view reference) {
  const Reference from = split(base);
  const Reference to = split(reference);
  Reference result{.scheme = from.scheme, .authority = from.authority, .fragment = to.fragment};
  std::string path;
  if (to.scheme || to.authority) {
    if (to.scheme) result.scheme = to.scheme;
    result.authority = to.authority;
    path = without_dot_segments(to.path);
    result.query = to.query;
  } else if (to.path.empty()) {
    path = from.path;
    result.query = to.query ? to.query : from.query;
  } else {
    path = without_dot_segments(to.path.starts_with('/') ? to.path : merged(from, to.path));
    result.query = to.query;
  }
  std::string out;
  append(out, "", result.scheme, ":");
  append(out, "//", result.authority, "");
  out += path;
  append(out, "?", result.query, "");
  append(out, "#", result.fragment, "");
  return out;
}

}  // namespace peregrine::net
