#include "report/prometheus.h"

#include <fmt/core.h>

#include <cmath>
#include <iterator>
#include <string_view>

#include "base/text.h"

namespace peregrine::report {

using Kind = Metric::Kind;
using Unit = Metric::Unit;

namespace {

// "peregrine.load.requests", counted: "peregrine_load_requests_total".
std::string name_of(const Metric& metric) {
  std::string name;
  for (const char c : metric.name) name += c == '.' ? '_' : c;
  if (metric.unit == Unit::seconds) name += "_seconds";
  if (metric.unit == Unit::bytes) name += "_bytes";
  if (metric.kind == Kind::counter) name += "_total";
  return name;
}

std::string_view type_of(const Metric& metric) {
  switch (metric.kind) {
    case Kind::counter:
      return "counter";
    case Kind::gauge:
      return "gauge";
    case Kind::histogram:
      break;
  }
  return "histogram";
}

// Readers refuse the whole page for a byte that is not UTF-8.
std::string as_utf8(std::string_view text) {
  std::string out;
  while (const auto at = base::first_invalid_utf8(text)) {
    out.append(text.substr(0, *at));
    out += "\uFFFD";
    text.remove_prefix(*at + 1);
  }
  out.append(text);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : as_utf8(text)) {
    if (c == '\\' || c == '"') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

// The same numbers in the fewest digits, whole ones without an exponent.
std::string number_text(double number) {
  constexpr double kWhole = 9007199254740992;  // 2^53
  if (std::abs(number) < kWhole && number == std::floor(number)) {
    return fmt::format("{}", static_cast<int64_t>(number));
  }
  return fmt::format("{}", number);
}

class Page {
 public:
  void add(const Metrics::Family& family) {
    name_ = name_of(family.metric);
    fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name_,
                   family.metric.help, name_, type_of(family.metric));
    for (const auto& [labels, sample] : family.samples) {
      if (family.metric.kind == Kind::histogram) {
        add_histogram(labels, sample.times);
      } else {
        add_line("", labels, "", number_text(sample.number));
      }
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void add_histogram(const Labels& labels, const base::Histogram& times) {
    for (const double end : kBucketEnds) {
      add_line("_bucket", labels, number_text(end), std::to_string(count_up_to(times, end)));
    }
    add_line("_bucket", labels, "+Inf", std::to_string(times.count()));
    add_line("_sum", labels, "", number_text(times.sum_s()));
    add_line("_count", labels, "", std::to_string(times.count()));
  }

  void add_line(std::string_view suffix, const Labels& labels, std::string_view le,
                std::string_view number) {
    text_ += name_;
    text_ += suffix;
    char before = '{';
    const auto add = [&](std::string_view name, std::string_view value) {
      fmt::format_to(std::back_inserter(text_), "{}{}=\"{}\"", before, name, value);
      before = ',';
    };
    for (const auto& [name, value] : labels) add(name, escaped(value));
    if (!le.empty()) add("le", le);
    if (before == ',') text_ += '}';
    fmt::format_to(std::back_inserter(text_), " {}\n", number);
  }

  std::string name_;
  std::string text_;
};

}  // namespace

std::string to_prometheus(const Metrics& metrics) {
  Page page;
  for (const Metrics::Family& family : metrics.families()) page.add(family);
  return page.take();
}

std::string to_prometheus(const record::RunResult& result) {
  return to_prometheus(metrics_of(result));
}

}  // namespace peregrine::report
