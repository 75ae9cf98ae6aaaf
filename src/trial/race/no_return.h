// The point of no return of an order that falls: the first of its choices behind which every order
// falls that a search would play. Looked for backwards. All orders that leave it at its last choice
// are played, then all that leave it at the one before, each with what a search would try behind
// that, until one of them holds: the choice at which it has left is the one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "record/race_result.h"
#include "trial/race/attempt.h"
#include "trial/race/search.h"

namespace peregrine::trial {

class NoReturn {
 public:
  // `fell`: the order. `held`: those that were played before and held; none of them is this order.
  // `reached` outlives it.
  NoReturn(Trace fell, const std::vector<Choices>& held, Search::Options options,
           const Reached& reached);

  // What is to be played next, as of a search; nothing: the point is known.
  std::optional<Choices> next();
  // What came of the last.
  void tell(const Trace& trace, bool holds);

  // Once it is known: how many choices all orders have in common that fall, and how many of those
  // were played, with this one. 0: none that was played holds.
  size_t choices() const { return common_; }
  size_t orders() const { return orders_; }

 private:
  Trace fell_;
  Search::Options options_;
  const Reached& reached_;
  Search search_;  // of what leaves it at the choice that is looked at
  size_t common_;  // what begins with so many of its choices falls
  size_t least_;   // an order holds that begins with one less
  size_t orders_ = 1;
  size_t fallen_ = 0;  // of what leaves it at the choice that is looked at
  bool looks_ = false;
};

// No more is played to find it, though it may stay unknown.
inline constexpr size_t kMostFurther = 100;
inline constexpr base::Duration kFurtherWithin = std::chrono::seconds(20);  // of plays in all

// Looks for it, and tells the finding what is known then. `fell`: whether a play did. Fails when
// the system could not be put back, or when cancelled.
using Fell = std::function<io::Task<base::Result<bool>>(const Attempt&)>;
io::Task<base::Result<>> find_no_return(Attempts& attempts, NoReturn& search, Fell fell,
                                        const std::vector<Choice>& choices,
                                        record::RaceFinding& finding);

}  // namespace peregrine::trial
