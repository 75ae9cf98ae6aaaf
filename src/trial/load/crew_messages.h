// What the process that has the system and one that plays users beside it say to each other, over
// io::Channel:
//
//   home ──▶ worker   Begin   when the load begins
//                     Stop    no play begins any more, and what is due later does not count
//   worker ──▶ home   StepMeasured, FailuresMeasured, SecondMeasured   each second, in this order,
//                              of the steps and kinds of which there is something new
//                     Told     a play, for `then`; at the end
//                     Ended    the last
//
// What is measured is what was since it was told last, so that home adds it up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/value.h"
#include "trial/load/figures.h"

namespace peregrine::trial::crew {

struct Begin {
  base::Instant at{};
};
struct Stop {
  base::Instant until{};
};
using Order = std::variant<Begin, Stop>;

struct StepMeasured {
  uint64_t index = 0;       // as Figures counts
  record::LoadStep step{};  // without what the plan says of it
};
struct FailuresMeasured {
  record::LoadFailures failures{};
};
// Comes each second, whatever there is to tell: who does not hear of it for long knows that
// something is wrong.
struct SecondMeasured {
  uint64_t playing = 0;  // users, now
  base::Duration cpu{};  // since the load began to be measured
  uint64_t rss_bytes = 0;
  Figures::Plays plays{};
  SlicePart slice{};
};
struct Told {
  uint64_t role = 0;
  base::Value play{};
};
struct Ended {
  uint64_t not_begun = 0;
  std::vector<uint64_t> plays_told{};  // of each role, those of which some were chosen
  base::Histogram lag{};
};
using Word = std::variant<StepMeasured, FailuresMeasured, SecondMeasured, Told, Ended>;

// Instants are of the machine's monotonic clock, which all its processes share.
std::string encode(const Order& order);
std::string encode(const Word& word);
// Nothing for what is none.
std::optional<Order> decode_order(std::string_view bytes);
std::optional<Word> decode_word(std::string_view bytes);

}  // namespace peregrine::trial::crew
