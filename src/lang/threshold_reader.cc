#include "lang/threshold_reader.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace peregrine::lang {

namespace {

enum class Unit { time, share, rate, bytes, bytes_rate, count };

struct Figure {
  std::string_view name;
  Unit unit;
  bool more_is_better = false;  // a bare bound is the least that it may be
};

constexpr auto kOfRequests = std::to_array<Figure>({{"mean", Unit::time},
                                                    {"p50", Unit::time},
                                                    {"p90", Unit::time},
                                                    {"p95", Unit::time},
                                                    {"p99", Unit::time},
                                                    {"p999", Unit::time},
                                                    {"max", Unit::time},
                                                    {"errors", Unit::share},
                                                    {"rps", Unit::rate, true}});
constexpr auto kOfServices = std::to_array<Figure>({{"cpu", Unit::share},
                                                    {"memory", Unit::bytes},
                                                    {"descriptors", Unit::count},
                                                    {"threads", Unit::count},
                                                    {"received", Unit::bytes_rate},
                                                    {"sent", Unit::bytes_rate},
                                                    {"connections", Unit::count},
                                                    {"leak", Unit::share}});
// Of all services and databases together; it is judged when a load is over.
constexpr Figure kLeak{"leak", Unit::share};
constexpr auto kOfSql = std::to_array<Figure>({{"mean", Unit::time}, {"p95", Unit::time}});
constexpr auto kOfRedis = std::to_array<Figure>({{"hits", Unit::share, true}});

template <size_t n>
const Figure* find(const std::array<Figure, n>& figures, std::string_view name) {
  const auto found = std::ranges::find(figures, name, &Figure::name);
  return found == figures.end() ? nullptr : &*found;
}

template <size_t n>
std::vector<std::string_view> names(const std::array<Figure, n>& figures) {
  std::vector<std::string_view> all;
  for (const Figure& figure : figures) all.push_back(figure.name);
  return all;
}

// "200MB", "1.5 GiB".
std::optional<double> parse_bytes(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  const std::string_view unit = base::trimmed({parsed.ptr, static_cast<size_t>(end - parsed.ptr)});
  static constexpr std::pair<std::string_view, double> kUnits[] = {{"B", 1},
                                                                   {"KB", 1e3},
                                                                   {"MB", 1e6},
                                                                   {"GB", 1e9},
                                                                   {"KiB", 1024},
                                                                   {"MiB", 1024.0 * 1024},
                                                                   {"GiB", 1024.0 * 1024 * 1024}};
  for (const auto& [name, factor] : kUnits) {
    if (unit == name) return number * factor;
  }
  return std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
  if (!whole || !std::isfinite(number) || number < 0) return std::nullopt;
  return number;
}

std::optional<double> parse(std::string_view text, Unit unit) {
  switch (unit) {
    case Unit::time: {
      const auto duration = parse_duration(text);
      if (!duration) return std::nullopt;
      return static_cast<double>(duration->count());
    }
    case Unit::share:
      return parse_share(text);
    case Unit::bytes:
      return parse_bytes(text);
    case Unit::bytes_rate:
      if (!text.ends_with("/s")) return std::nullopt;
      return parse_bytes(text.substr(0, text.size() - 2));
    case Unit::rate:
    case Unit::count:
      break;
  }
  return parse_number(text.ends_with("/s") ? text.substr(0, text.size() - 2) : text);
}

std::string_view example(Unit unit) {
  switch (unit) {
    case Unit::time:
      return "200ms";
    case Unit::share:
      return "0.1%";
    case Unit::bytes:
      return "200MB";
    case Unit::bytes_rate:
      return "20MB/s";
    case Unit::rate:
    case Unit::count:
      break;
  }
  return "1000";
}

class ThresholdReader {
 public:
  ThresholdReader(const Measurable& measurable, Diagnostics& diagnostics)
      : measurable_(measurable), diagnostics_(diagnostics) {}

  std::vector<Threshold> read(const Node& node, std::string_view what) {
    is_early_ = what == "`abort_on`";
    if (!check_map(node, what, diagnostics_)) return {};
    for (const auto& [key, value] : node.entries) {
      if (value.kind == Node::Kind::map) {
        read_of_step(key, value);
      } else if (const Figure* figure = find(kOfRequests, key.text)) {
        read_bound(key, value, "", *figure);
      } else if (key.text == kLeak.name) {
        read_bound(key, value, "", kLeak);
      } else if (key.text.contains('.')) {
        read_of_party(key, value);
      } else {
        auto known = names(kOfRequests);
        known.push_back(kLeak.name);
        diagnostics_.add(key.at, fmt::format("there is no threshold `{}`", key.text),
                         suggestion(key.text, known));
      }
    }
    return std::move(all_);
  }

 private:
  // Of a step, or of whole plays.
  void read_of_step(const Node& key, const Node& node) {
    if (measurable_.steps && key.text != "journey" &&
        std::ranges::find(*measurable_.steps, key.text) == measurable_.steps->end()) {
      const auto near = base::nearest(key.text, *measurable_.steps);
      diagnostics_.add(key.at, fmt::format("no step of this journey is called {}", key.describe()),
                       near ? fmt::format("did you mean `{}`?", *near)
                            : "write the step's sentence as it stands behind `step:`");
    }
    for (const auto& [name, value] : node.entries) {
      if (const Figure* figure = find(kOfRequests, name.text)) {
        read_bound(name, value, key.text, *figure);
      } else {
        diagnostics_.add(name.at, fmt::format("there is no threshold `{}`", name.text),
                         suggestion(name.text, names(kOfRequests)));
      }
    }
  }

  // "api.cpu", "sql.p95".
  void read_of_party(const Node& key, const Node& value) {
    const size_t dot = key.text.rfind('.');
    const std::string party = key.text.substr(0, dot);
    const std::string name = key.text.substr(dot + 1);
    std::vector<std::string_view> parties{"sql", "redis"};
    for (const ServiceSpec& service : measurable_.system.services) parties.push_back(service.name);
    const auto& services = measurable_.system.services;
    const bool is_service =
        std::ranges::find(services, party, &ServiceSpec::name) != services.end();
    if (std::ranges::find(parties, party) == parties.end()) {
      diagnostics_.add(key.at, fmt::format("there is no `{}` to measure", party),
                       suggestion(party, parties));
      return;
    }
    const Figure* figure = is_service       ? find(kOfServices, name)
                           : party == "sql" ? find(kOfSql, name)
                                            : find(kOfRedis, name);
    const std::vector<std::string_view> known = is_service       ? names(kOfServices)
                                                : party == "sql" ? names(kOfSql)
                                                                 : names(kOfRedis);
    if (figure) return read_bound(key, value, party, *figure, name);
    diagnostics_.add(key.at, fmt::format("`{}` has no figure `{}`", party, name),
                     suggestion(name, known));
  }

  // "200ms", "< 200ms".
  void read_bound(const Node& key, const Node& value, std::string_view on, const Figure& figure,
                  std::string what = {}) {
    std::string_view text = base::trimmed(value.text);
    Threshold threshold{
        .at = key.at,
        .on = std::string(on),
        .what = what.empty() ? key.text : std::move(what),
        .bound = figure.more_is_better ? Threshold::Bound::at_least : Threshold::Bound::at_most,
        .limit = 0,
        .text = std::string(text)};
    static constexpr std::pair<std::string_view, Threshold::Bound> kSigns[] = {
        {"<=", Threshold::Bound::at_most},
        {">=", Threshold::Bound::at_least},
        {"<", Threshold::Bound::less},
        {">", Threshold::Bound::more}};
    for (const auto& [sign, bound] : kSigns) {
      if (!text.starts_with(sign)) continue;
      threshold.bound = bound;
      text = base::trimmed(text.substr(sign.size()));
      break;
    }
    const bool is_above =
        threshold.bound == Threshold::Bound::more || threshold.bound == Threshold::Bound::at_least;
    const bool fits = value.kind == Node::Kind::scalar && !(figure.name == kLeak.name && is_above);
    const auto limit = fits ? parse(text, figure.unit) : std::optional<double>();
    if (!limit) {
      diagnostics_.add(value.at,
                       fmt::format("`{}` needs a bound, this is {}", key.text, value.describe()),
                       fmt::format("write it as in `{0}: {1}` or `{0}: \"< {1}\"`", key.text,
                                   example(figure.unit)));
      return;
    }
    threshold.limit = *limit;
    if (threshold.what == kLeak.name && is_early_) {
      diagnostics_.add(key.at, "what leaks is known only when a load is over",
                       "write it under `thresholds`");
      return;
    }
    all_.push_back(std::move(threshold));
  }

  const Measurable& measurable_;
  Diagnostics& diagnostics_;
  bool is_early_ = false;  // they are looked at while the load is played
  std::vector<Threshold> all_;
};

}  // namespace

std::optional<double> parse_share(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  const auto number = parse_number(base::trimmed(text.substr(0, text.size() - 1)));
  if (!number) return std::nullopt;
  return *number / 100;
}

std::vector<Threshold> read_thresholds(const Node& node, std::string_view what,
                                       const Measurable& measurable, Diagnostics& diagnostics) {
  return ThresholdReader(measurable, diagnostics).read(node, what);
}

}  // namespace peregrine::lang
