// Names to slots. Every name an expression may use is resolved when a file is read; while a journey
// is played there are only slots.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::lang {

using Slot = size_t;

class Names {
 public:
  // Makes a name known from here on; a name that is known already keeps its slot.
  Slot declare(std::string_view name);
  // A name that gets its value further down, in that line: for what is said of one used too early.
  void announce(std::string_view name, int line) { later_.emplace(name, line); }
  std::optional<int> later(std::string_view name) const;
  // A name known only while a step is compiled: what the step itself sees (`status`, `json`, …).
  // Hides a journey's name of the same spelling until leave(); see ambiguous().
  Slot enter(std::string_view name);
  void leave();
  // What a name holds is a map with these members and no others: to ask for another is a mistake.
  void close(std::string_view name, std::vector<std::string> members);
  // Null for a name that may have any.
  const std::vector<std::string>* members(std::string_view name) const;

  // In a provider, whose objects refer to others: only there is `expand` a function.
  void allow_expand() { expand_ = true; }
  bool may_expand() const { return expand_; }

  std::optional<Slot> find(std::string_view name) const;
  // Whether the step sees something that has the name of one of the journey's.
  bool ambiguous(std::string_view name) const;
  std::vector<std::string_view> known() const;
  // How many slots a player of this plan needs.
  size_t size() const { return slots_; }

 private:
  std::map<std::string, Slot, std::less<>> journey_;
  std::map<std::string, Slot, std::less<>> step_;
  std::map<std::string, int, std::less<>> later_;
  std::map<std::string, std::shared_ptr<const std::vector<std::string>>, std::less<>> closed_;
  size_t slots_ = 0;
  bool expand_ = false;
};

}  // namespace peregrine::lang
