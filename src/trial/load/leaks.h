// Whether something grows on and on while a load is played: the verdict of a soak.
//
// Of a service memory, descriptors and threads are looked at, of a PostgreSQL the connections that
// services have to it. (What databases hold grows with what is stored.) One of them leaks when
//
//   - the straight line through all points rises, with a confidence of 95 % (base/trend.h),
//   - so does that through the second half of them: what fills up and then stays is no leak,
//   - at the pace of either it grows over the whole load by more than the bound's share of where it
//     began, and by no less than 5 MB, or 10 descriptors, threads or connections.
//
// The first tenth of the points is left out where the load had no warm-up. Fewer than
// kLeastPointsOfLeak are not judged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/load_spec.h"
#include "record/load_observed.h"
#include "record/load_result.h"

namespace peregrine::trial {

inline constexpr size_t kLeastPointsOfLeak = 12;
inline constexpr std::string_view kLeak = "leak";  // as a threshold's figure
// The bound of a soak whose load has none.
inline constexpr double kUsualLeak = 0.1;
inline constexpr std::string_view kUsualLeakText = "10%";

struct Leak {
  std::string of;  // "memory", "descriptors", "threads", "connections"
  double per_hour = 0;
  double margin = 0;  // of the slope, on both sides
  double grown = 0;   // over the points
};

// What leaks of one process. Nothing when there are too few points to tell.
std::optional<std::vector<Leak>> leaks_of(const record::LoadObserved::Process& process,
                                          double share, bool had_warm_up);

// One verdict for each process that a threshold `leak` is about: that which names it, or that which
// names none.
std::vector<record::LoadThreshold> judge_leaks(
    const std::vector<lang::Threshold>& thresholds,
    const std::vector<record::LoadObserved::Process>& processes, bool had_warm_up);

}  // namespace peregrine::trial
