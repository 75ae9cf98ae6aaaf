#include "record/event.h"

#include <algorithm>

namespace peregrine::record {

void Timeline::add(Event event) {
  if (events_.size() == kMost) {
    events_.pop_front();
    ++dropped_;
  }
  events_.push_back(std::move(event));
}

std::vector<Event> Timeline::since(base::Instant since, size_t most) const {
  std::vector<Event> found;
  for (const Event& event : events_) {
    if (event.at >= since) found.push_back(event);
  }
  std::ranges::sort(found, {}, &Event::at);
  if (found.size() > most) found.erase(found.begin(), found.end() - static_cast<long>(most));
  return found;
}

void Timeline::clear() {
  events_.clear();
  dropped_ = 0;
}

}  // namespace peregrine::record
