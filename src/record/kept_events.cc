#include "record/kept_events.h"

#include <algorithm>

namespace peregrine::record {

KeptEvents EventKeeper::keep(const Timeline& timeline, base::Instant begin) {
  KeptEvents kept;
  kept.events = timeline.since(begin, kMostOfPlay);
  const size_t room = std::min(kMostBytesOfPlay, bytes_left_);
  size_t bytes = 0;
  size_t fitting = 0;  // of the last ones
  for (auto event = kept.events.rbegin(); event != kept.events.rend(); ++event) {
    const size_t more = size_in_bytes(*event);
    if (bytes + more > room) break;
    bytes += more;
    ++fitting;
  }
  kept.events.erase(kept.events.begin(), kept.events.end() - static_cast<long>(fitting));
  bytes_left_ -= bytes;
  kept.earlier = timeline.events().size() + timeline.dropped() - kept.events.size();
  for (const Picture& picture : timeline.pictures()) {
    if (picture.jpeg.size() > bytes_left_) {
      const base::Instant last = kept.events.empty() ? picture.at : kept.events.back().at;
      kept.events.push_back({std::max(last, picture.at), Event::Kind::log, "page",
                             "the report has no room for more pictures", "", "", false});
      break;
    }
    bytes_left_ -= picture.jpeg.size();
    kept.pictures.push_back(picture);
  }
  return kept;
}

}  // namespace peregrine::record
