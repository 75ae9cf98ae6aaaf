// Reading a part of a JSON text: of its maps only the members that somebody asks for are made.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::base {

// The part that is read: all of it, or some members of a map.
struct JsonSelection {
  struct Member;

  bool all = false;
  std::vector<Member> members;  // with `all` none

  // What lies behind these keys, one inside the other, is read; without keys, all is.
  void add(std::span<const std::string> path);
  void add_all();
  // The member with this key, which is made if there is none. Of `all`, all.
  JsonSelection& member(std::string_view key);
  // Null if it is not selected.
  const JsonSelection* find(std::string_view key) const;
};

struct JsonSelection::Member {
  std::string key;
  JsonSelection selection;
};

// What parse_json() gives of the whole, mistakes included, but that maps lack the members that are
// not selected: those are looked at and not made. What is no map is made as a whole.
Result<Value> parse_json(std::string_view text, const JsonSelection& selection);

}  // namespace peregrine::base
