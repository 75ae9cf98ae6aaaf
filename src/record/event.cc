#include "record/event.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace peregrine::record {

namespace {

size_t size_of(const Event& event) {
  return event.source.size() + event.text.size() + event.detail.size() + event.outcome.size();
}

}  // namespace

void Timeline::add(Event event) {
  for (std::string* text : {&event.text, &event.detail, &event.outcome}) {
    if (text->size() > kMostBytesOfText) *text = base::shortened(*text, kMostBytesOfText);
  }
  bytes_ += size_of(event);
  events_.push_back(std::move(event));
  while (events_.size() > kMost || bytes_ > kMostBytes) drop_oldest();
}

void Timeline::drop_oldest() {
  bytes_ -= size_of(events_.front());
  events_.pop_front();
  ++dropped_;
}

std::vector<Event> Timeline::since(base::Instant since, size_t most) const {
  // Events of one instant stay in the order in which they came.
  std::vector<std::pair<base::Instant, size_t>> order;
  for (size_t i = 0; i < events_.size(); ++i) {
    if (events_[i].at >= since) order.emplace_back(events_[i].at, i);
  }
  std::ranges::sort(order);
  std::vector<Event> found;
  for (const auto& [at, index] : order) found.push_back(events_[index]);
  if (found.size() > most) found.erase(found.begin(), found.end() - static_cast<long>(most));
  return found;
}

void Timeline::clear() {
  events_.clear();
  bytes_ = 0;
  dropped_ = 0;
}

}  // namespace peregrine::record
