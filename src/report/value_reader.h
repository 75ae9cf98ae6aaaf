// Members of a JSON object, each of the kind that is wanted. The first that is of another, or not
// there, is an error that is kept; what is read after it means nothing.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace peregrine::report {

class ValueReader {
 public:
  // The value outlives it, and so do those that it gives. Null and absent are the same.
  explicit ValueReader(const base::Value& object) : object_(object) {}

  // Whether there is more than null.
  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::string text(std::string_view key);
  std::string text_or_empty(std::string_view key);
  bool truth(std::string_view key);
  uint64_t number(std::string_view key);
  uint64_t number_or_0(std::string_view key);
  base::Duration seconds(std::string_view key);
  std::optional<uint64_t> number_if_there(std::string_view key);
  double real(std::string_view key);  // finite, from 0 on
  base::Duration seconds_or_0(std::string_view key);
  base::Duration microseconds(std::string_view key);
  std::optional<base::Duration> microseconds_if_there(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  const base::Value& object(std::string_view key);
  const base::List& list(std::string_view key);

  void fail(std::string what);
  void take_error_of(const ValueReader& part);
  const base::Result<>& good() const { return good_; }

 private:
  const base::Value* find(std::string_view key) const;
  void wrong(std::string_view key, std::string_view wanted);
  std::optional<double> find_real(std::string_view key) const;

  const base::Value& object_;
  base::Result<> good_;
};

// Each element of a list that may have so many.
template <class Read>
auto read_list(ValueReader& from, std::string_view key, size_t most, const Read& read) {
  std::vector<decltype(read(from))> list;
  const base::List& values = from.list(key);
  if (values.size() > most) {
    from.fail(fmt::format("`{}` has more than {} elements", key, most));
    return list;
  }
  for (const base::Value& value : values) {
    ValueReader one(value);
    list.push_back(read(one));
    from.take_error_of(one);
    if (!from.good()) break;
  }
  return list;
}

}  // namespace peregrine::report
