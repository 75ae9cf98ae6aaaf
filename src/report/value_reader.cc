#include "report/value_reader.h"

#include <fmt/core.h>

#include <chrono>
#include <cmath>

namespace peregrine::report {

using base::Kind;
using base::List;
using base::Value;

namespace {

constexpr double kMostSeconds = 1e9;  // what durations hold is more

const Value& no_object() {
  static const Value none{base::Map{}};
  return none;
}
const List& no_list() {
  static const List none;
  return none;
}

}  // namespace

const Value* ValueReader::find(std::string_view key) const {
  const Value* value = object_.find(key);
  return value && !value->is_null() ? value : nullptr;
}

void ValueReader::fail(std::string what) {
  if (good_) good_ = base::fail(base::Code::invalid, "{}", what);
}

void ValueReader::wrong(std::string_view key, std::string_view wanted) {
  fail(fmt::format("`{}` is {}", key, find(key) ? fmt::format("no {}", wanted) : "not there"));
}

void ValueReader::take_error_of(const ValueReader& part) {
  if (good_ && !part.good_) good_ = part.good_;
}

std::string ValueReader::text(std::string_view key) {
  const Value* value = find(key);
  if (value && value->is_text()) return value->as_text();
  wrong(key, "text");
  return {};
}

std::string ValueReader::text_or_empty(std::string_view key) { return find(key) ? text(key) : ""; }

bool ValueReader::truth(std::string_view key) {
  const Value* value = find(key);
  if (value && value->is_bool()) return value->as_bool();
  wrong(key, "true or false");
  return false;
}

uint64_t ValueReader::number(std::string_view key) {
  const Value* value = find(key);
  if (value && value->kind() == Kind::uint64) return value->as_uint();
  if (value && value->kind() == Kind::int64 && value->as_int() >= 0) {
    return static_cast<uint64_t>(value->as_int());
  }
  wrong(key, "whole number from 0 on");
  return 0;
}

uint64_t ValueReader::number_or_0(std::string_view key) { return find(key) ? number(key) : 0; }

std::optional<uint64_t> ValueReader::number_if_there(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return number(key);
}

// Nothing of what is less than 0.
std::optional<double> ValueReader::find_real(std::string_view key) const {
  const Value* value = find(key);
  double number = -1;
  if (value && value->kind() == Kind::real) number = value->as_double();
  if (value && value->kind() == Kind::int64) number = static_cast<double>(value->as_int());
  if (value && value->kind() == Kind::uint64) number = static_cast<double>(value->as_uint());
  if (!std::isfinite(number) || number < 0) return std::nullopt;
  return number;
}

double ValueReader::real(std::string_view key) {
  if (const auto number = find_real(key)) return *number;
  wrong(key, "number from 0 on");
  return 0;
}

base::Duration ValueReader::seconds(std::string_view key) {
  const auto seconds = find_real(key);
  if (seconds && *seconds <= kMostSeconds) {
    return std::chrono::round<base::Duration>(std::chrono::duration<double>(*seconds));
  }
  wrong(key, "number of seconds");
  return {};
}

base::Duration ValueReader::seconds_or_0(std::string_view key) {
  return find(key) ? seconds(key) : base::Duration{};
}

base::Duration ValueReader::microseconds(std::string_view key) {
  const auto number = find_real(key);
  if (number && *number <= kMostSeconds * 1e6) {
    return std::chrono::round<base::Duration>(std::chrono::duration<double, std::micro>(*number));
  }
  wrong(key, "number of microseconds");
  return {};
}

std::optional<base::Duration> ValueReader::microseconds_if_there(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return microseconds(key);
}

std::vector<std::string> ValueReader::texts(std::string_view key) {
  std::vector<std::string> texts;
  for (const Value& one : list(key)) {
    if (one.is_text()) {
      texts.push_back(one.as_text());
    } else {
      fail(fmt::format("`{}` has an element that is no text", key));
    }
  }
  return texts;
}

const Value& ValueReader::object(std::string_view key) {
  const Value* value = find(key);
  if (value && value->is_map()) return *value;
  wrong(key, "object");
  return no_object();
}

const List& ValueReader::list(std::string_view key) {
  const Value* value = find(key);
  if (value && value->is_list()) return value->as_list();
  wrong(key, "list");
  return no_list();
}

}  // namespace peregrine::report
