#include "io/timers.h"

#include <algorithm>

#include "base/check.h"

namespace peregrine::io::detail {

using base::Instant;

namespace {
constexpr size_t kChildren = 4;  // entries of 16 bytes: those of a node are in a cache line or two
}  // namespace

Timers::Timers(Instant now) : opened_(slot_of(now)) {}

Instant Timers::next() const {
  const Instant first = heap_.empty() ? Instant::max() : heap_.front().at;
  if (in_wheel_ == 0) return first;
  return std::min(first, Instant(base::Duration((opened_ + 1) << kSlotBits)));
}

Timer* Timers::due(Instant now) {
  if (slot_of(now) > opened_) open_until(slot_of(now));
  return heap_.empty() || heap_.front().at > now ? nullptr : heap_.front().timer;
}

void Timers::open_until(int64_t slot) {
  for (uint64_t opened = 0; in_wheel_ > 0 && opened < kSlots && opened_ < slot; ++opened) {
    ++opened_;
    while (Timer* timer = list(opened_)) {
      unlink(*timer);
      push(*timer);
    }
  }
  opened_ = std::max(opened_, slot);
}

void Timers::add(Timer& timer) {
  base::check(!timer.is_set(), "a timer is set twice");
  const int64_t ahead = slot_of(timer.at_) - opened_;
  if (ahead <= 0 || ahead > static_cast<int64_t>(kSlots)) return push(timer);
  Timer*& first = list(slot_of(timer.at_));
  timer.next_ = first;
  timer.link_ = &first;
  if (first) first->link_ = &timer.next_;
  first = &timer;
  timer.place_ = Timer::kInWheel;
  ++in_wheel_;
}

void Timers::remove(Timer& timer) {
  base::check(timer.is_set(), "a timer is removed that is not set");
  if (timer.place_ == Timer::kInWheel) return unlink(timer);
  const size_t index = timer.place_;
  timer.place_ = Timer::kNowhere;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  const bool rises = index > 0 && last.at < heap_[(index - 1) / kChildren].at;
  rises ? sift_up(index, last) : sift_down(index, last);
}

void Timers::unlink(Timer& timer) {
  *timer.link_ = timer.next_;
  if (timer.next_) timer.next_->link_ = timer.link_;
  timer.next_ = nullptr;
  timer.link_ = nullptr;
  timer.place_ = Timer::kNowhere;
  --in_wheel_;
}

void Timers::push(Timer& timer) {
  heap_.push_back({});
  sift_up(heap_.size() - 1, {timer.at_, &timer});
}

void Timers::place(size_t index, Entry entry) {
  heap_[index] = entry;
  entry.timer->place_ = static_cast<uint32_t>(index);
}

void Timers::sift_up(size_t index, Entry moving) {
  while (index > 0) {
    const size_t parent = (index - 1) / kChildren;
    if (heap_[parent].at <= moving.at) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, moving);
}

void Timers::sift_down(size_t index, Entry moving) {
  for (;;) {
    const size_t begin = kChildren * index + 1;
    if (begin >= heap_.size()) break;
    const size_t end = std::min(begin + kChildren, heap_.size());
    size_t least = begin;
    for (size_t child = begin + 1; child < end; ++child) {
      if (heap_[child].at < heap_[least].at) least = child;
    }
    if (moving.at <= heap_[least].at) break;
    place(index, heap_[least]);
    index = least;
  }
  place(index, moving);
}

}  // namespace peregrine::io::detail
