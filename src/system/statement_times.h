// How long statements took that passed a proxy which observes: all together, and by their shape.
// Bounded: what would be one shape more than kMostShapes counts among all alone. One thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/histogram.h"

namespace peregrine::system {

class StatementTimes {
 public:
  static constexpr size_t kMostShapes = 500;
  static constexpr size_t kMostTexts = 5000;  // whose shape is remembered

  void add(std::string_view sql, base::Duration took);
  void clear() { *this = {}; }

  const base::Histogram& all() const { return all_; }
  // Null where there was none of this shape.
  const base::Histogram* find(std::string_view shape) const;

  // What is common to a statement as a service writes it and as pg_stat_statements shows it: each
  // value and each parameter is `?`.
  static std::string shape_of(std::string_view sql);

 private:
  base::Histogram all_;
  std::map<std::string, base::Histogram, std::less<>> by_shape_;
  std::map<std::string, std::string, std::less<>> shapes_;  // of texts
};

}  // namespace peregrine::system
