// The ends that are right: those of contenders who go one after the other, all of them or some, in
// any order. Played one by one, as far as it takes to find an end again.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace peregrine::trial {

class SerialOrders {
 public:
  static constexpr size_t kMostContenders = 4;  // of whom there are 64 orders

  explicit SerialOrders(size_t contenders);
  // There are few enough to play them all.
  bool possible() const { return possible_; }
  // One that has not been played yet: first all contenders, then all but one, …
  std::optional<std::vector<size_t>> next();
  void add(std::string end) { ends_.insert(std::move(end)); }
  bool has(const std::string& end) const { return ends_.contains(end); }
  // The names of the lines in which an end differs from the one that is most like it.
  std::vector<std::string> differences(const std::string& end) const;

 private:
  bool possible_;
  std::vector<std::vector<size_t>> orders_;
  size_t at_ = 0;
  std::set<std::string> ends_;
};

}  // namespace peregrine::trial
