// Names to slots. Every name an expression may use is resolved when a file is read; while a journey
// is played there are only slots.
#pragma once

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
  // A name known only while a step is compiled: what the step itself sees (`status`, `json`, …).
  // Hides a journey's name of the same spelling until leave().
  Slot enter(std::string_view name);
  void leave();

  std::optional<Slot> find(std::string_view name) const;
  std::vector<std::string_view> known() const;
  // How many slots a player of this plan needs.
  size_t size() const { return slots_; }

 private:
  struct Entry {
    std::string name;
    Slot slot;
  };
  std::vector<Entry> journey_;
  std::vector<Entry> step_;
  size_t slots_ = 0;
};

}  // namespace peregrine::lang
