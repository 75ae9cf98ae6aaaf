#include "trial/race/no_return.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace peregrine::trial {

using base::Result;

namespace {

// How many of its choices two orders have in common, from the first on.
size_t common(const Choices& one, const Choices& other) {
  const auto parted = std::ranges::mismatch(one, other);
  return static_cast<size_t>(parted.in1 - one.begin());
}

}  // namespace

NoReturn::NoReturn(Trace fell, const std::vector<Choices>& held, Search::Options options,
                   const Reached& reached)
    : fell_(std::move(fell)),
      options_(options),
      reached_(reached),
      search_(options, std::nullopt),
      common_(fell_.choices.size()),
      least_(0) {
  const Choices choices = fell_.chosen();
  for (const Choices& one : held) least_ = std::max(least_, common(choices, one) + 1);
  least_ = std::min(least_, common_);
}

std::optional<Choices> NoReturn::next() {
  for (;;) {
    if (auto choices = search_.next()) return choices;
    if (looks_) {
      --common_;
      orders_ += std::exchange(fallen_, 0);
    }
    looks_ = common_ > least_;
    if (!looks_) return std::nullopt;
    search_ = Search(options_, std::nullopt);
    search_.branch(fell_, common_ - 1, reached_);
  }
}

void NoReturn::tell(const Trace& trace, bool holds) {
  if (!holds) {
    ++fallen_;
    search_.tell(trace, reached_);
    return;
  }
  least_ = common_;
  looks_ = false;
  search_ = Search(options_, std::nullopt);
}

io::Task<Result<>> find_no_return(Attempts& attempts, NoReturn& search, Fell fell,
                                  const std::vector<Choice>& choices,
                                  record::RaceFinding& finding) {
  base::Duration took{};
  while (const auto order = search.next()) {
    const bool too_many = finding.further == kMostFurther;
    if (too_many || took >= kFurtherWithin) {
      finding.no_return_note = too_many ? fmt::format("{} orders were not enough", kMostFurther)
                                        : base::to_text(kFurtherWithin) + " were not enough";
      co_return Result<>{};
    }
    CO_TRY(const Attempt attempt, co_await attempts.with(*order));
    ++finding.further;
    took += attempt.took;
    if (!where_it_left(*order, attempt.trace, {}).empty()) {
      finding.no_return_note = "an order did not go twice the same way";
      co_return Result<>{};
    }
    CO_TRY(const bool falls, co_await fell(attempt));
    search.tell(attempt.trace, !falls);
  }
  record::NoReturn& point = finding.no_return.emplace();
  point.orders = search.orders();
  if (search.choices() > 0) point.act = choices[search.choices() - 1].act;
  co_return Result<>{};
}

}  // namespace peregrine::trial
