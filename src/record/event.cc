#include "record/event.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace peregrine::record {

std::optional<Event::Kind> kind_of_event(std::string_view name) {
  // Kinds are numbered from 0, and there are fewer than this. A number that is no kind's has the
  // name of `log`, but `log` itself has been found before it is asked for.
  constexpr int kMostKinds = 64;
  for (int i = 0; i < kMostKinds; ++i) {
    const auto kind = static_cast<Event::Kind>(i);
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

size_t size_in_bytes(const Event& event) {
  return sizeof event + event.source.size() + event.text.size() + event.detail.size() +
         event.outcome.size() + event.cause.service.size();
}

std::string_view to_string(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::step:
      return "step";
    case Event::Kind::request:
      return "request";
    case Event::Kind::answer:
      return "answer";
    case Event::Kind::statement:
      return "statement";
    case Event::Kind::command:
      return "command";
    case Event::Kind::log:
      return "log";
    case Event::Kind::sent:
      return "sent";
    case Event::Kind::received:
      return "received";
    case Event::Kind::call:
      return "call";
    case Event::Kind::webhook:
      return "webhook";
    case Event::Kind::clock:
      return "clock";
    case Event::Kind::mail:
      return "mail";
  }
  return "log";
}

Timeline::StepMark Timeline::begin_step(base::Instant at, std::string sentence, bool block) {
  const uint64_t number = ++steps_;
  Event event{at, Event::Kind::step, "", std::move(sentence), "", "", false};
  event.cause.step = number;
  add(std::move(event));
  if (!block) in_play_.push_back(number);
  return {this, number};
}

void Timeline::add(Event event) {
  if (event.kind != Event::Kind::step) last_added_ = base::monotonic_now();
  if (event.cause.step == 0 && in_play_.size() == 1) event.cause.step = in_play_.front();
  const auto key = std::pair(event.kind, event.source);
  if (counts_.size() < kMostCounts || counts_.contains(key)) {
    Count& count = counts_.try_emplace(key, Count{event.kind, event.source}).first->second;
    ++count.events;
    count.failed += event.failed ? 1 : 0;
  }
  for (std::string* text : {&event.text, &event.detail, &event.outcome}) {
    if (text->size() > kMostBytesOfText) *text = base::shortened(*text, kMostBytesOfText);
  }
  bytes_ += size_in_bytes(event);
  events_.push_back(std::move(event));
  while (events_.size() > kMost || bytes_ > kMostBytes) drop_oldest();
}

void Timeline::drop_oldest() {
  bytes_ -= size_in_bytes(events_.front());
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
  const size_t first = order.size() - std::min(order.size(), most);
  for (size_t i = first; i < order.size(); ++i) found.push_back(events_[order[i].second]);
  return found;
}

std::vector<Count> Timeline::counts() const {
  std::vector<Count> counts;
  for (const auto& [key, count] : counts_) counts.push_back(count);
  return counts;
}

void Timeline::clear() {
  events_.clear();
  bytes_ = 0;
  dropped_ = 0;
  counts_.clear();
  pictures_.clear();
  bytes_of_pictures_ = 0;
  steps_ = 0;
}

void Timeline::add_picture(Picture picture) {
  const size_t bytes = picture.jpeg.size();
  if (pictures_.size() >= kMostPictures || bytes > kMostBytesOfPictures - bytes_of_pictures_) {
    return add({picture.at, Event::Kind::log, "page",
                "a picture is left out, for there are too many: " + picture.name, "", "", false});
  }
  bytes_of_pictures_ += bytes;
  pictures_.push_back(std::move(picture));
}

void Timeline::add_leftover(Leftover leftover) {
  if (found_.size() < kMostLeftovers) found_.push_back(std::move(leftover));
}

void Timeline::begin_play(std::string name) {
  clear();
  play_before_ = std::exchange(play_, std::move(name));
  leftovers_ = std::exchange(found_, {});
}

}  // namespace peregrine::record
