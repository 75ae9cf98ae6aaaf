#include "boundary/reach.h"

#include <algorithm>
#include <string_view>

namespace peregrine::boundary {

namespace {

// "*" is anything, "calcom.*" anything there.
bool covers(std::string_view one, std::string_view other) {
  if (!one.ends_with(kAnything)) return one == other;
  return other.starts_with(one.substr(0, one.size() - 1));
}

bool conflict(const Touch& one, const Touch& other) {
  if (!covers(one.what, other.what) && !covers(other.what, one.what)) return false;
  const bool written = ((one.how | other.how) & Touch::kWrites) != 0;
  return written || ((one.how & other.how) & Touch::kLocks) != 0;
}

}  // namespace

bool conflict(const std::vector<Touch>& one, const std::vector<Touch>& other) {
  return std::ranges::any_of(one, [&](const Touch& touch) {
    return std::ranges::any_of(other, [&](const Touch& each) { return conflict(touch, each); });
  });
}

void add_touch(std::vector<Touch>& touches, const Touch& touch) {
  const auto known = std::ranges::find(touches, touch.what, &Touch::what);
  if (known == touches.end()) {
    touches.push_back(touch);
  } else {
    known->how |= touch.how;
  }
}

}  // namespace peregrine::boundary
