#include "lang/fields.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace peregrine::lang {

using base::Duration;

Fields::Fields(const Node& node, std::string_view what, Diagnostics& diagnostics,
               const std::vector<std::string_view>& known,
               const std::vector<std::string_view>& later)
    : node_(node), what_(what), diagnostics_(diagnostics) {
  if (node.kind != Node::Kind::map) {
    diagnostics.add(node.at, fmt::format("{} is a map, this is {}", what, node.describe()),
                    fmt::format("its keys: {}", base::alternatives(known)));
    return;
  }
  for (const auto& [key, value] : node.entries) {
    if (diagnostics.full()) return;
    if (std::ranges::find(known, key.text) != known.end()) continue;
    if (std::ranges::find(later, key.text) != later.end()) {
      diagnostics.add(key.at, fmt::format("`{}` cannot be played by this version yet", key.text),
                      "it is part of the language; leave it out for now");
      continue;
    }
    diagnostics.add(key.at, fmt::format("unknown key `{}` in {}", key.text, what),
                    suggestion(key.text, known));
  }
}

const Node* Fields::operator[](std::string_view key) const { return node_.find(key); }

const Node* Fields::required(std::string_view key, std::string_view remedy) const {
  const Node* value = node_.find(key);
  if (!value && node_.kind == Node::Kind::map) {
    diagnostics_.add(node_.at, fmt::format("{} needs `{}:`", what_, key), std::string(remedy));
  }
  return value;
}

bool check_map(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::map) return true;
  diagnostics.add(node.at,
                  fmt::format("{} is a map of names and values, this is {}", what, node.describe()),
                  "write it as { name: value }");
  return false;
}

bool check_count(const Node& node, size_t count, size_t most, std::string_view what,
                 Diagnostics& diagnostics) {
  if (count <= most) return true;
  diagnostics.add(node.at, fmt::format("{} {} are too many", count, what),
                  fmt::format("at most {} are read", most));
  return false;
}

std::string read_text(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::scalar && !node.text.empty()) return node.text;
  diagnostics.add(node.at, fmt::format("{} is text, this is {}", what, node.describe()),
                  "write it behind the colon");
  return "";
}

std::vector<std::string> read_texts(const Node& node, std::string_view what,
                                    Diagnostics& diagnostics) {
  std::vector<std::string> texts;
  if (node.kind != Node::Kind::list) {
    diagnostics.add(node.at, fmt::format("{} is a list, this is {}", what, node.describe()),
                    fmt::format("write it in brackets: [{}]",
                                node.kind == Node::Kind::scalar ? node.text : "a, b"));
    return texts;
  }
  for (const Node& item : node.items) texts.push_back(read_text(item, what, diagnostics));
  return texts;
}

std::optional<Duration> parse_duration(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  const std::string_view unit(parsed.ptr, static_cast<size_t>(end - parsed.ptr));
  double seconds = 0;
  if (unit == "ms") {
    seconds = 1e-3;
  } else if (unit == "s") {
    seconds = 1;
  } else if (unit == "m") {
    seconds = 60;
  } else if (unit == "h") {
    seconds = 3600;
  } else if (unit == "d") {
    seconds = 86400;
  } else {
    return std::nullopt;
  }
  constexpr double kMostSeconds = 100.0 * 365 * 86400;
  if (number * seconds > kMostSeconds) return std::nullopt;
  return Duration(static_cast<int64_t>(number * seconds * 1e9 + 0.5));
}

Duration read_duration(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::scalar) {
    const auto duration = parse_duration(node.text);
    if (duration && *duration > Duration::zero()) return *duration;
  }
  diagnostics.add(node.at, fmt::format("{} is a length of time, this is {}", what, node.describe()),
                  "write a number above 0 and its unit: 250ms, 5s, 2m, 24h or 7d");
  return Duration{0};
}

std::string read_reason(const Node& node, Diagnostics& diagnostics) {
  const bool text = node.kind == Node::Kind::scalar && scalar_value(node).is_text();
  if (text && !base::trimmed(node.text).empty()) return node.text;
  diagnostics.add(node.at, fmt::format("`skip` says why, this is {}", node.describe()),
                  "write the reason behind it: `skip: waits for the new price list`");
  return "";
}

int64_t read_count(const Node& node, std::string_view what, int64_t most,
                   Diagnostics& diagnostics) {
  return read_number(node, what, 1, most, diagnostics);
}

int64_t read_number(const Node& node, std::string_view what, int64_t least, int64_t most,
                    Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::scalar) {
    const base::Value value = scalar_value(node);
    const bool whole = value.kind() == base::Kind::int64;
    if (whole && value.as_int() >= least && value.as_int() <= most) return value.as_int();
  }
  diagnostics.add(
      node.at,
      fmt::format("{} is a number from {} to {}, this is {}", what, least, most, node.describe()),
      "write a whole number without quotes");
  return least;
}

bool read_bool(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::scalar) {
    const base::Value value = scalar_value(node);
    if (value.is_bool()) return value.as_bool();
  }
  const bool no = node.text == "no" || node.text == "off";
  const bool once = no || node.text == "yes" || node.text == "on";
  diagnostics.add(node.at, fmt::format("{} is true or false, this is {}", what, node.describe()),
                  once ? fmt::format("in YAML 1.2 that is text: write {}", no ? "false" : "true")
                       : "write true or false without quotes");
  return false;
}

bool is_identifier(std::string_view text) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !letter(text[0])) return false;
  return std::ranges::all_of(text, [&](char c) { return letter(c) || digit(c); });
}

bool check_identifier(const Node& key, std::string_view what, Diagnostics& diagnostics) {
  if (is_identifier(key.text)) return true;
  diagnostics.add(key.at, fmt::format("`{}` cannot name {}", key.text, what),
                  std::string(kIdentifierRule));
  return false;
}

}  // namespace peregrine::lang
