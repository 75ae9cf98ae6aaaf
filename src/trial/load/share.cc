#include "trial/load/share.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace peregrine::trial {

using base::check;

bool looks(uint64_t number, double share) {
  const double before = static_cast<double>(number) * share;
  const double after = static_cast<double>(number + 1) * share;
  return share > 0 && (number == 0 || std::floor(before) != std::floor(after));
}

Share Share::of_worker(size_t worker, size_t workers, double looking) {
  check(worker < workers, "a worker that there is not");
  return {worker, workers, looking};
}

Share Share::at_home(size_t workers, double looking) {
  check(workers > 0, "a share without others");
  return {workers, workers, looking};
}

// As looks() has it for each of them: the floor has gone up so often, and the first has come too
// soon, unless all look.
uint64_t Share::lookers_below(uint64_t number) const {
  if (looking_ <= 0 || number == 0) return 0;
  const auto risen = static_cast<uint64_t>(std::floor(static_cast<double>(number) * looking_));
  return std::min(number, looking_ < 1 ? risen + 1 : risen);
}

uint64_t Share::below(uint64_t number) const {
  if (is_all()) return number;
  const uint64_t lookers = lookers_below(number);
  if (is_home()) return lookers;
  const uint64_t others = number - lookers;
  return others / workers_ + (others % workers_ > worker_ ? 1 : 0);
}

// The first number below the next of which there are n + 1.
uint64_t Share::nth(uint64_t n) const {
  if (is_all()) return n;
  uint64_t low = n;
  uint64_t high = std::max<uint64_t>(n, 1);
  while (below(high + 1) <= n) {
    check(high < UINT64_MAX / 4, "a share has no such number");
    low = high;
    high *= 2;
  }
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (below(middle + 1) > n) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

// Those of the shares before it: of the workers, in turn, then home.
uint64_t Share::earlier_users(uint64_t users) const {
  uint64_t earlier = 0;
  for (size_t worker = 0; worker < worker_; ++worker) {
    earlier += Share(worker, workers_, looking_).below(users);
  }
  return earlier;
}

// A share has what lies between two marks, which are where so many users' part of all ends: the
// marks of all shares are the same, so that nothing is lost between them and nothing is twice.
uint64_t Share::iterations(uint64_t all, uint64_t users) const {
  if (is_all()) return all;
  check(users > 0, "iterations without users");
  const auto mark = [&](uint64_t some) { return all / users * some + all % users * some / users; };
  const uint64_t earlier = earlier_users(users);
  return mark(earlier + below(users)) - mark(earlier);
}

uint64_t Share::number_of_user(uint64_t n) const {
  return is_all() ? n : n * (workers_ + 1) + worker_;
}

bool Share::looks(uint64_t n, double verify, uint64_t users) const {
  if (is_all()) return trial::looks(n, verify);
  if (!is_home()) return false;
  const auto own = static_cast<double>(std::max<uint64_t>(below(users), 1));
  return trial::looks(n, std::min(1.0, verify * static_cast<double>(users) / own));
}

}  // namespace peregrine::trial
