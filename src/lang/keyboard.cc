#include "lang/keyboard.h"

#include <algorithm>

#include "base/text.h"

namespace peregrine::lang {

using base::Result;

namespace {

constexpr KeyboardKey kKeys[] = {
    {"Enter", 13, "\r"},
    {"Tab", 9},
    {"Escape", 27},
    {"Backspace", 8},
    {"Delete", 46},
    {"Space", 32, " "},
    {"Home", 36},
    {"End", 35},
    {"PageUp", 33},
    {"PageDown", 34},
    {"ArrowLeft", 37},
    {"ArrowUp", 38},
    {"ArrowRight", 39},
    {"ArrowDown", 40},
    {"Insert", 45},
    {"F1", 112},
    {"F2", 113},
    {"F3", 114},
    {"F4", 115},
    {"F5", 116},
    {"F6", 117},
    {"F7", 118},
    {"F8", 119},
    {"F9", 120},
    {"F10", 121},
    {"F11", 122},
    {"F12", 123},
    {"Alt", 18, "", 1},
    {"Control", 17, "", 2},
    {"Meta", 91, "", 4},
    {"Shift", 16, "", 8},
};

// A key by its name, or any one character.
Result<KeyboardKey> find_key(std::string_view name) {
  const auto* const found = std::ranges::find(kKeys, name, &KeyboardKey::name);
  if (found != std::end(kKeys)) return *found;
  if (base::count_characters(name) == 1) {
    const bool letter = name.size() == 1 &&
                        ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= '0' && name[0] <= '9'));
    const bool capital = name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z';
    const int code = letter && name[0] >= 'a' ? name[0] - 'a' + 'A' : name[0];
    return KeyboardKey{name, letter || capital ? code : 0, name};
  }
  std::vector<std::string_view> names;
  for (const KeyboardKey& key : kKeys) names.push_back(key.name);
  const auto near = base::nearest(name, names);
  return base::fail(base::Code::invalid, "there is no key `{}`{}", name,
                    near ? fmt::format("; did you mean `{}`?", *near) : "");
}

// "Control++" is Control and the plus.
std::vector<std::string_view> names_of(std::string_view keys) {
  if (keys == "+") return {keys};
  if (!keys.ends_with("++")) return base::split(keys, '+');
  std::vector<std::string_view> names = base::split(keys.substr(0, keys.size() - 2), '+');
  names.push_back("+");
  return names;
}

}  // namespace

Result<std::vector<KeyboardKey>> read_keyboard(std::string_view keys) {
  std::vector<KeyboardKey> pressed;
  for (const std::string_view name : names_of(keys)) {
    TRY(const KeyboardKey key, find_key(name));
    pressed.push_back(key);
  }
  return pressed;
}

}  // namespace peregrine::lang
