#include "system/statement_times.h"

#include "record/statement_shape.h"

namespace peregrine::system {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// A parameter becomes a number, which the shape leaves out.
std::string StatementTimes::shape_of(std::string_view sql) {
  std::string text;
  text.reserve(sql.size());
  for (size_t i = 0; i < sql.size(); ++i) {
    const bool parameter = sql[i] == '$' && i + 1 < sql.size() && is_digit(sql[i + 1]);
    if (!parameter) {
      text += sql[i];
      continue;
    }
    while (i + 1 < sql.size() && is_digit(sql[i + 1])) ++i;
    text += '0';
  }
  return record::statement_shape(text);
}

void StatementTimes::add(std::string_view sql, base::Duration took) {
  all_.add(took);
  auto known = shapes_.find(sql);
  std::string fresh;
  if (known == shapes_.end()) {
    fresh = shape_of(sql);
    if (shapes_.size() < kMostTexts) known = shapes_.emplace(sql, fresh).first;
  }
  const std::string& shape = known == shapes_.end() ? fresh : known->second;
  if (by_shape_.size() < kMostShapes || by_shape_.contains(shape)) by_shape_[shape].add(took);
}

const base::Histogram* StatementTimes::find(std::string_view shape) const {
  const auto found = by_shape_.find(shape);
  return found == by_shape_.end() ? nullptr : &found->second;
}

}  // namespace peregrine::system
