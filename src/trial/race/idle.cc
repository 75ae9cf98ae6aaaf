#include "trial/race/idle.h"

#include <fmt/core.h>

namespace peregrine::trial {

namespace {

// Of a transaction the first that others could notice: what follows, its COMMIT above all, is asked
// by others as well.
class Watching final : public boundary::Director {
 public:
  boundary::Verdict decide(boundary::Point point, const boundary::Operation& operation) override {
    if (point != boundary::Point::request) return {};
    const bool within = operation.reach && operation.reach->within;
    if (!within) fresh_.insert(operation.lane);
    if (!operation.visible) return {};
    if (fresh_.erase(operation.lane) > 0) {
      seen.insert(key_of(operation.boundary, operation.text));
    }
    return {};
  }
  std::set<std::string, std::less<>> seen;

 private:
  std::set<boundary::LaneId> fresh_;  // whose transaction, if it has one, has shown nothing yet
};

}  // namespace

std::string key_of(std::string_view boundary, std::string_view text) {
  return fmt::format("{} {}", boundary, text);
}

io::Task<std::set<std::string, std::less<>>> watch_idle(io::Loop& loop,
                                                        system::RunningSystem& system,
                                                        base::Duration span) {
  Watching watching;
  system.crossing().set_director(&watching);
  (void)co_await loop.sleep(span);
  system.crossing().set_director(nullptr);
  co_return std::move(watching.seen);
}

}  // namespace peregrine::trial
