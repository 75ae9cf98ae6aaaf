// What a play draws anew: ids of objects at third parties, numbers of sequences. Which one comes to
// whom says nothing where plays are compared (the trial `race`): each is "new", whatever it is.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace peregrine::system {

class Drawn {
 public:
  static constexpr size_t kMostIds = 1'000;     // further ones are what they are
  static constexpr int64_t kMostNumbers = 100;  // of a sequence

  void add_id(std::string id);
  // What a sequence gives from here on. Not as far as it has come: what is compared must not depend
  // on how many were drawn.
  void add_sequence(int64_t next) { sequences_.push_back(next); }
  const std::set<std::string, std::less<>>& ids() const { return ids_; }
  bool has(std::string_view id) const { return ids_.contains(id); }
  bool has(int64_t number) const;

 private:
  std::set<std::string, std::less<>> ids_;
  std::vector<int64_t> sequences_;
};

// A value as text that is the same in plays which differ in nothing but what was drawn and when it
// was: what was drawn is "new", an instant is "a time", and so is a number that counts seconds or
// more from 1970 on. In a text of several words no number counts: it may be part of a date.
std::string comparable(const base::Value& value, const Drawn& drawn);
std::string comparable_text(std::string_view text, const Drawn& drawn);

}  // namespace peregrine::system
