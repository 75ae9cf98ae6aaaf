#include "lang/route_pattern.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/fields.h"

namespace peregrine::lang {

namespace {

using Part = RoutePattern::Part;
using Segment = RoutePattern::Segment;

constexpr size_t kMostParameters = 20;

Place part_of(const Place& at, size_t offset, size_t length) {
  Place place = at;
  place.column += static_cast<int>(offset);
  place.length = static_cast<int>(std::max<size_t>(length, 1));
  return place;
}

class PatternReader {
 public:
  PatternReader(const Place& at, Diagnostics& diagnostics) : at_(at), diagnostics_(diagnostics) {}

  // `offset` is where the segment stands in the path.
  Segment read(std::string_view segment, size_t offset) {
    Segment parts;
    size_t begin = 0;
    while (begin < segment.size()) {
      const size_t open = std::min(segment.find('{', begin), segment.size());
      if (open != begin) parts.push_back({std::string(segment.substr(begin, open - begin)), false});
      if (open == segment.size()) break;
      const size_t close = segment.find('}', open);
      const std::string_view name = segment.substr(open + 1, close - open - 1);
      const Place place = part_of(at_, offset + open, name.size() + 2);
      if (close == segment.npos || !is_identifier(name)) {
        diagnostics_.add(place, fmt::format("`{}` is no parameter of a path", segment.substr(open)),
                         "a parameter is a name in braces, as in /v1/customers/{id}");
        return parts;
      }
      add_parameter(name, place, parts);
      begin = close + 1;
    }
    return parts;
  }

 private:
  void add_parameter(std::string_view name, const Place& place, Segment& parts) {
    if (std::ranges::find(known_, name) != known_.end()) {
      diagnostics_.add(place, fmt::format("the path has two parameters `{}`", name),
                       "give them different names");
    } else if (!parts.empty() && parts.back().parameter) {
      diagnostics_.add(place, "nothing tells where the parameter before this one ends",
                       "put text between them, as in /{owner}/{name} or /{name}.{type}");
    } else if (known_.size() == kMostParameters) {
      diagnostics_.add(place, fmt::format("a path has at most {} parameters", kMostParameters));
    }
    known_.emplace_back(name);
    parts.push_back({std::string(name), true});
  }

  const Place& at_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
};

// Each parameter is as short as can be, but the last, which takes what is left.
bool match_segment(const Segment& parts, std::string_view text,
                   std::vector<std::string_view>& values) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].parameter) {
      if (!text.starts_with(parts[i].text)) return false;
      text.remove_prefix(parts[i].text.size());
      continue;
    }
    size_t length = text.size();
    if (i + 2 == parts.size()) {
      if (!text.ends_with(parts[i + 1].text)) return false;
      length = text.size() - parts[i + 1].text.size();
    } else if (i + 2 < parts.size()) {
      length = text.find(parts[i + 1].text, 1);
    }
    if (length == 0 || length == text.npos) return false;
    values.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return text.empty();
}

}  // namespace

RoutePattern RoutePattern::read(std::string_view path, const Place& at, Diagnostics& diagnostics) {
  RoutePattern pattern;
  pattern.text = path;
  if (!path.starts_with('/')) {
    diagnostics.add(at, fmt::format("`{}` is not a path", path),
                    "write the method, a blank and a path that begins with `/`: GET /v1/customers");
    return pattern;
  }
  if (const size_t query = path.find_first_of("?# "); query != path.npos) {
    diagnostics.add(part_of(at, query, path.size() - query), "a path ends before this",
                    "what a request has behind `?` is in `query`: ask for it in `require` or "
                    "`when`");
    return pattern;
  }
  PatternReader reader(at, diagnostics);
  size_t offset = 1;
  for (std::string_view segment : base::split(path.substr(1), '/')) {
    pattern.segments.push_back(reader.read(segment, offset));
    offset += segment.size() + 1;
  }
  return pattern;
}

std::vector<std::string> RoutePattern::parameters() const {
  std::vector<std::string> names;
  for (const Segment& segment : segments) {
    for (const Part& part : segment) {
      if (part.parameter) names.push_back(part.text);
    }
  }
  return names;
}

std::string RoutePattern::shape() const {
  std::string result;
  for (const Segment& segment : segments) {
    result += '/';
    for (const Part& part : segment) result += part.parameter ? "{}" : part.text;
  }
  return result;
}

std::optional<std::vector<std::string_view>> RoutePattern::match(std::string_view path) const {
  std::vector<std::string_view> values;
  for (const Segment& segment : segments) {
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    const std::string_view given = path.substr(0, path.find('/'));
    if (!match_segment(segment, given, values)) return std::nullopt;
    path.remove_prefix(given.size());
  }
  if (!path.empty()) return std::nullopt;
  return values;
}

size_t RoutePattern::literal_characters() const {
  size_t count = 0;
  for (const Segment& segment : segments) {
    for (const Part& part : segment) count += part.parameter ? 0 : part.text.size();
  }
  return count;
}

}  // namespace peregrine::lang
