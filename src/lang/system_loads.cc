// `loads:` of a system.
#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

constexpr double kMostPerSecond = 1e7;

// A number above 0, nothing else. Those of YAML are text here.
std::optional<double> read_positive(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(number) || number <= 0) {
    return std::nullopt;
  }
  return number;
}

class LoadReader {
 public:
  LoadReader(const Node& key, const Node& value, SystemReading& reading)
      : value_(value),
        reading_(reading),
        diagnostics_(reading.diagnostics),
        fields_(value, "a load", reading.diagnostics,
                {"mix", "users", "rate", "for", "iterations", "think"}, {"stages", "thresholds"}) {
    load_.name = key.text;
    load_.at = key.at;
  }

  LoadSpec read() {
    if (value_.kind != Node::Kind::map) return std::move(load_);
    const Node* mix =
        fields_.required("mix", "the journeys and their weights: { browse.yaml: 8, buy.yaml: 2 }");
    if (mix) read_mix(*mix);
    check_one("users", "rate", "`users: 100` in turn, or `rate: 200/s` whoever is done");
    check_one("for", "iterations", "`for: 5m`, or `iterations: 1000`");
    if (const Node* users = fields_["users"]) load_.users = read_count(*users, "`users`");
    if (const Node* rate = fields_["rate"]) load_.rate_per_second = read_rate(*rate);
    if (const Node* span = fields_["for"]) {
      load_.duration = read_duration(*span, "`for`", diagnostics_);
    }
    if (const Node* count = fields_["iterations"]) {
      load_.iterations = read_count(*count, "`iterations`");
    }
    if (const Node* think = fields_["think"]) load_.think = read_think(*think);
    return std::move(load_);
  }

 private:
  void check_one(std::string_view a, std::string_view b, std::string_view remedy) {
    const bool both = fields_[a] && fields_[b];
    if (!both && (fields_[a] || fields_[b])) return;
    diagnostics_.add(both ? fields_[b]->at : load_.at,
                     both ? fmt::format("a load has `{}` or `{}`, not both", a, b)
                          : fmt::format("a load needs `{}` or `{}`", a, b),
                     std::string(remedy));
  }

  void read_mix(const Node& node) {
    if (!check_map(node, "`mix`", diagnostics_)) return;
    if (node.entries.empty()) {
      diagnostics_.add(node.at, "`mix` names no journey", "write it as { browse.yaml: 8 }");
    }
    for (const auto& [key, value] : node.entries) {
      const std::string path = reading_.read_file_path(key, "a journey of `mix`");
      const auto weight = read_positive(value.text);
      if (!weight) {
        diagnostics_.add(value.at,
                         fmt::format("a weight is a number above 0, this is {}", value.describe()),
                         "a journey of weight 8 is played four times as often as one of weight 2");
      }
      load_.mix.push_back({path, weight.value_or(1)});
    }
  }

  int64_t read_count(const Node& node, std::string_view what) {
    constexpr double kMost = 1e9;
    const auto number = read_positive(node.text);
    if (number && *number == std::floor(*number) && *number <= kMost) {
      return static_cast<int64_t>(*number);
    }
    diagnostics_.add(node.at,
                     fmt::format("{} is a whole number above 0, this is {}", what, node.describe()),
                     "as in `users: 100`");
    return 1;
  }

  double read_rate(const Node& node) {
    const std::string_view text = node.text;
    const size_t slash = text.find('/');
    const auto number = read_positive(text.substr(0, slash));
    const std::string_view unit = slash == text.npos ? "" : text.substr(slash + 1);
    const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
    if (number && seconds > 0 && *number / seconds <= kMostPerSecond) return *number / seconds;
    diagnostics_.add(
        node.at, fmt::format("`rate` is how often a journey begins, this is {}", node.describe()),
        "write it as 200/s, 90/m or 10/h");
    return 1;
  }

  // "3s", "1s..3s".
  std::pair<base::Duration, base::Duration> read_think(const Node& node) {
    const std::string_view text = node.text;
    const size_t dots = text.find("..");
    const auto from = parse_duration(text.substr(0, dots));
    const auto to = dots == text.npos ? from : parse_duration(text.substr(dots + 2));
    if (from && to && *from <= *to) return {*from, *to};
    diagnostics_.add(node.at,
                     fmt::format("`think` is a length of time or a range of them, this "
                                 "is {}",
                                 node.describe()),
                     "write it as 2s or 1s..3s");
    return {};
  }

  const Node& value_;
  SystemReading& reading_;
  Diagnostics& diagnostics_;
  Fields fields_;
  LoadSpec load_;
};

}  // namespace

void read_loads(const Node& node, SystemReading& reading) {
  if (!check_map(node, "`loads`", reading.diagnostics)) return;
  for (const auto& [key, value] : node.entries) {
    reading.spec.loads.push_back(LoadReader(key, value, reading).read());
  }
  reading.not_playable(node.at, "`loads`", false);
}

}  // namespace peregrine::lang
