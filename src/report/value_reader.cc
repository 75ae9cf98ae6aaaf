#include "report/value_reader.h"

#include <fmt/core.h>

#include <chrono>

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

base::Duration ValueReader::seconds(std::string_view key) {
  const Value* value = find(key);
  double seconds = -1;
  if (value && value->kind() == Kind::real) seconds = value->as_double();
  if (value && value->kind() == Kind::int64) seconds = static_cast<double>(value->as_int());
  if (seconds >= 0 && seconds <= kMostSeconds) {
    return std::chrono::round<base::Duration>(std::chrono::duration<double>(seconds));
  }
  wrong(key, "number of seconds");
  return {};
}

base::Duration ValueReader::seconds_or_0(std::string_view key) {
  return find(key) ? seconds(key) : base::Duration{};
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
