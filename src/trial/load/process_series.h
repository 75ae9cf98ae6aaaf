// What one process of a system took, second by second: at most Process::kMostPoints points, pairs
// of which become one when there would be more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/load_observed.h"
#include "system/resources.h"

namespace peregrine::trial {

class ProcessSeries {
 public:
  ProcessSeries(std::string name, std::string kind) {
    process_.name = std::move(name);
    process_.kind = std::move(kind);
  }

  // `at`: since the load began to be measured. The first only says where the others start from.
  void add(base::Duration at, const system::Resources& taken,
           std::optional<uint64_t> connections = std::nullopt);

  const std::string& name() const { return process_.name; }
  // What a threshold may bound: of `cpu` the mean share of a processor, of `received` and `sent`
  // the mean of bytes in a second, of `memory`, `descriptors`, `threads` and `connections` the most
  // at a look. Nothing for another name, before the second point, and where it is not measured.
  std::optional<double> figure(std::string_view what) const;

  // All of it, with what has grown.
  record::LoadObserved::Process tell() const;
  // What it took until now, and the last point alone.
  record::LoadObserved::Process tell_now() const;

 private:
  void add_network(const std::optional<system::Traffic>& now, record::LoadObserved::Point& point);

  record::LoadObserved::Process process_;
  std::optional<system::Resources> last_;
  base::Duration last_at_{};
  base::Duration point_length_ = std::chrono::seconds(1);
};

// The levels of a series that grow: see LoadObserved::Growth. One that has fewer than 20 points has
// none. Much over the load is 5 % of where the level began, and at least 1 MB, or 5 descriptors,
// threads or connections.
std::vector<record::LoadObserved::Growth> growth_of(
    const std::vector<record::LoadObserved::Point>& points);

}  // namespace peregrine::trial
