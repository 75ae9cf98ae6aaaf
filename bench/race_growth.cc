// How many orders a race has, and how many of them are played, by what its search leaves out.
//
// usage: bench_race_growth
//
// Contenders who all do the same, of one of two programs: `lookups`, operations that read what
// nobody writes, then one that reads a row and one that writes it; `updates`, of which every two
// read and write that row, so that all conflict. No system is played, so the rows are the same on
// every machine. `most` is where the count was given up; `found` is the first order that loses an
// update.
#include <fmt/core.h>

#include <array>
#include <cmath>

#include "trial/race/program_fixture.h"

namespace peregrine::trial {
namespace {

constexpr size_t kMost = 100'000;
constexpr size_t kBound = 2;

struct Way {
  const char* name;
  bool bounded;
  bool only_conflicts;
  bool symmetry;
};
constexpr std::array kWays{Way{"nothing", false, false, false},
                           Way{"conflict", false, true, false},
                           Way{"symmetry", false, false, true},
                           Way{"bound", true, false, false},
                           Way{"bound and conflict", true, true, false},
                           Way{"bound and symmetry", true, false, true},
                           Way{"conflict and symmetry", false, true, true},
                           Way{"all three", true, true, true}};

// One writes what it has read before another wrote: "0x1x0X1X".
bool loses_update(const std::string& done) {
  std::array<bool, 10> stale{}, read{};
  for (size_t i = 0; i + 1 < done.size(); i += 2) {
    const auto who = static_cast<size_t>(done[i] - '0');
    if (done[i + 1] == 'x') {
      read[who] = true;
      stale[who] = false;
    }
    if (done[i + 1] != 'X') continue;
    if (stale[who]) return true;
    stale = read;
    stale[who] = false;
  }
  return false;
}

// (N·M)! / N!^M
double all_orders(size_t contenders, size_t operations) {
  const auto n = static_cast<double>(operations), m = static_cast<double>(contenders);
  return std::exp(std::lgamma(n * m + 1) - m * std::lgamma(n + 1));
}

std::string operations_of(bool updates, size_t count) {
  if (!updates) return std::string(count - 2, 'a') + "xX";
  std::string all;
  while (all.size() < count) all += "xX";
  return all;
}

void measure(bool updates, size_t contenders, size_t operations, const Way& way) {
  const Program program{std::vector<std::string>(contenders, operations_of(updates, operations))};
  const size_t bound = way.bounded ? kBound : contenders * operations;
  Search search({bound, way.only_conflicts, way.symmetry});
  size_t schedules = 0, found = 0;
  bool exhausted = false;
  while (schedules + search.waiting() <= kMost) {
    const auto choices = search.next();
    exhausted = !choices;
    if (!choices) break;
    std::string done;
    const Trace trace = program.play(*choices, done);
    search.tell(trace, program.reached());
    ++schedules;
    if (found == 0 && loses_update(done)) found = schedules;
  }
  fmt::print("{},{},{},{},{:.3g},{},{},{}\n", updates ? "updates" : "lookups", contenders,
             operations, way.name, all_orders(contenders, operations),
             exhausted ? std::to_string(schedules) : "", exhausted ? "" : std::to_string(kMost),
             found > 0 ? std::to_string(found) : "");
}

void measure_all() {
  fmt::print("program,contenders,operations,left_out_by,orders,played,most,found\n");
  for (const bool updates : {false, true}) {
    for (const size_t contenders : {2U, 3U, 4U}) {
      for (const size_t operations : {2U, 4U, 8U, 16U, 32U}) {
        for (const Way& way : kWays) measure(updates, contenders, operations, way);
      }
    }
  }
}

}  // namespace
}  // namespace peregrine::trial

int main() { peregrine::trial::measure_all(); }
