#include "play/difference.h"

#include <fmt/core.h>

#include <chrono>
#include <cmath>

#include "lang/template.h"
#include "play/equality.h"
#include "play/text_difference.h"

namespace peregrine::play {

using base::Duration;
using base::Kind;
using base::Value;
using namespace std::chrono_literals;

namespace {

std::string_view kind_name(const Value& value) {
  if (value.is_number()) return "a number";
  switch (value.kind()) {
    case Kind::boolean:
      return "true or false";
    case Kind::text:
      return "text";
    case Kind::bytes:
      return "bytes";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::timestamp:
      return "an instant";
    case Kind::duration:
      return "a length of time";
    default:
      return "null";
  }
}

// "2 d 3 h", and 90.5 s as "1 min 30.5 s".
std::string span_text(Duration span) {
  if (span < 1min) return base::to_text(span);
  struct Unit {
    Duration length;
    std::string_view name;
  };
  constexpr Unit kUnits[] = {{24h, "d"}, {1h, "h"}, {1min, "min"}};
  std::string text;
  for (const Unit& unit : kUnits) {
    const auto count = span / unit.length;
    if (count == 0) continue;
    span -= count * unit.length;
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", count, unit.name);
  }
  if (span > Duration::zero()) text += fmt::format(" {}", base::to_text(span));
  return text;
}

// How `actual` stands to `wanted`, both as lengths of time. Nothing when it is longer than a length
// of time can be: instants may lie 583 years apart, which is twice that.
std::string explain_spans(Duration wanted, Duration actual, std::string_view more,
                          std::string_view less) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(actual.count(), wanted.count(), &difference)) return "";
  if (difference == INT64_MIN) return "";
  return fmt::format("{} {}", span_text(Duration(std::abs(difference))),
                     difference < 0 ? less : more);
}

double to_double(const Value& number) {
  switch (number.kind()) {
    case Kind::int64:
      return static_cast<double>(number.as_int());
    case Kind::uint64:
      return static_cast<double>(number.as_uint());
    case Kind::decimal:
      return number.as_decimal().to_double();
    default:
      return number.as_double();
  }
}

// Integers exactly, the rest as far as a double has it: where that is not enough, nothing.
std::string explain_numbers(const Value& wanted, const Value& actual) {
  if (wanted.kind() == Kind::int64 && actual.kind() == Kind::int64) {
    int64_t difference = 0;
    if (__builtin_sub_overflow(actual.as_int(), wanted.as_int(), &difference)) return "";
    if (difference == INT64_MIN) return "";
    return fmt::format("{} {}", std::abs(difference), difference < 0 ? "less" : "more");
  }
  const double difference = to_double(actual) - to_double(wanted);
  if (!std::isfinite(difference) || difference == 0) return "";
  return fmt::format("{:.10g} {}", std::fabs(difference), difference < 0 ? "less" : "more");
}

}  // namespace

std::string explain(const Value& wanted, const Value& actual) {
  if (const auto instants = as_instants(wanted, actual)) {
    return explain_spans(instants->first.time_since_epoch(), instants->second.time_since_epoch(),
                         "later", "earlier");
  }
  if (wanted.is_number() && actual.is_number()) return explain_numbers(wanted, actual);
  if (wanted.is_text() && actual.is_text())
    return explain_texts(wanted.as_text(), actual.as_text());
  if (wanted.kind() == Kind::duration && actual.kind() == Kind::duration) {
    return explain_spans(wanted.as_duration(), actual.as_duration(), "more", "less");
  }
  if (wanted.kind() == actual.kind() || wanted.is_null() || actual.is_null()) return "";
  // Bytes are expected as the text that shows them.
  if (wanted.is_text() && actual.kind() == Kind::bytes) return "";
  return fmt::format("{} was expected, this is {}", kind_name(wanted), kind_name(actual));
}

}  // namespace peregrine::play
