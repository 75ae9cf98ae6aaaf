#include "trial/load/slices.h"

#include <algorithm>
#include <utility>

namespace peregrine::trial {

using base::Duration;
using base::Histogram;
using record::LoadSlice;

namespace {

// Two that follow each other, as one.
LoadSlice join(const LoadSlice& first, const LoadSlice& second) {
  LoadSlice both = first;
  both.length += second.length;
  both.counted = first.counted && second.counted;
  both.add_counts(second);
  both.users = std::max(first.users, second.users);
  both.streams = std::max(first.streams, second.streams);
  Histogram latency = Histogram::from_text(first.latency).value_or(Histogram());
  latency.merge(Histogram::from_text(second.latency).value_or(Histogram()));
  both.latency = latency.to_text();
  return both;
}

// Another process's part of the same second, or of one before, when its users and streams have been
// counted.
void add_part(SlicePart& to, const SlicePart& part) {
  to.slice.add_counts(part.slice);
  if (part.number >= to.number) {
    to.slice.users += part.slice.users;
    to.slice.streams += part.slice.streams;
  }
  to.latency.merge(part.latency);
}

}  // namespace

void Slices::close(SlicePart part) {
  if (!others_) return push(std::move(part));
  if (held_) push(*std::exchange(held_, std::nullopt));
  held_ = std::move(part);
  while (!early_.empty() && early_.begin()->first <= held_->number) {
    add_part(*held_, early_.begin()->second);
    early_.erase(early_.begin());
  }
}

void Slices::add(SlicePart part) {
  if (held_ && part.number <= held_->number) return add_part(*held_, part);
  const auto [at, fresh] = early_.try_emplace(part.number, part);
  if (!fresh) add_part(at->second, part);
}

// What another has told of a moment after the last one here belongs to that.
void Slices::finish() {
  for (auto& [number, part] : early_) {
    if (!held_) {
      held_ = std::move(part);
      continue;
    }
    held_->slice.users = std::max(held_->slice.users, part.slice.users);
    held_->slice.streams = std::max(held_->slice.streams, part.slice.streams);
    part.slice.users = part.slice.streams = 0;
    add_part(*held_, part);
  }
  early_.clear();
  if (held_) push(*std::exchange(held_, std::nullopt));
}

void Slices::push(SlicePart part) {
  if (part.slice.length <= Duration::zero()) {
    if (all_.empty() || part.slice.requests + part.slice.plays + part.slice.messages == 0) return;
  }
  part.slice.latency = part.latency.to_text();
  // The clock that closes them is not exact.
  const Duration most = length_ + length_ / 10;
  if (!all_.empty() && all_.back().length + part.slice.length <= most) {
    all_.back() = join(all_.back(), part.slice);
  } else {
    all_.push_back(std::move(part.slice));
  }
  if (all_.size() < kMost) return;
  for (size_t i = 0; i < kMost / 2; ++i) all_[i] = join(all_[2 * i], all_[2 * i + 1]);
  all_.resize(kMost / 2);
  length_ *= 2;
}

}  // namespace peregrine::trial
