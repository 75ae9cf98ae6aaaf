#include "play/page_keys.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "base/text.h"

namespace peregrine::play {

using base::Map;
using base::MapBuilder;
using base::Result;
using base::Value;

namespace {

struct Key {
  std::string_view name;
  int code;                    // Windows' virtual one
  std::string_view text = "";  // that it writes
  int modifier = 0;            // its bit among the modifiers
};

constexpr Key kKeys[] = {
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
Result<Key> find_key(std::string_view name) {
  const auto* const found = std::ranges::find(kKeys, name, &Key::name);
  if (found != std::end(kKeys)) return *found;
  if (base::count_characters(name) == 1) {
    const bool letter = name.size() == 1 &&
                        ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= '0' && name[0] <= '9'));
    const bool capital = name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z';
    const int code = letter && name[0] >= 'a' ? name[0] - 'a' + 'A' : name[0];
    return Key{name, letter || capital ? code : 0, name};
  }
  std::vector<std::string_view> names;
  for (const Key& key : kKeys) names.push_back(key.name);
  const auto near = base::nearest(name, names);
  return base::fail(base::Code::invalid, "there is no key `{}`{}", name,
                    near ? fmt::format("; did you mean `{}`?", *near)
                         : "; keys are called as in Enter, Escape, ArrowDown, a, Control+A");
}

// Where it lies on a keyboard of the United States: KeyboardEvent code.
std::string place_of(const Key& key) {
  if (key.modifier != 0) return std::string(key.name) + "Left";
  if (key.name.size() > 1) return std::string(key.name);
  const char c = key.name.empty() ? ' ' : key.name[0];
  if (c >= '0' && c <= '9') return fmt::format("Digit{}", c);
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter ? fmt::format("Key{}", base::uppercase(key.name)) : "";
}

Map stroke(std::string_view type, const Key& key, int modifiers) {
  MapBuilder map;
  const std::string_view name = key.name == "Space" ? key.text : key.name;
  map.set("type", Value(type)).set("key", Value(name)).set("code", Value(place_of(key)));
  map.set("modifiers", Value(modifiers)).set("windowsVirtualKeyCode", Value(key.code));
  // With Control or Meta held a key is a command and writes nothing.
  const bool command = (modifiers & (2 | 4)) != 0;
  if (type == "keyDown" && !key.text.empty() && !command) map.set("text", Value(key.text));
  if (command && (key.name == "a" || key.name == "A")) {
    map.set("commands", Value(base::List{Value("selectAll")}));
  }
  return map.build();
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

Result<std::vector<Map>> key_strokes(std::string_view keys) {
  std::vector<Key> pressed;
  for (const std::string_view name : names_of(keys)) {
    TRY(const Key key, find_key(name));
    pressed.push_back(key);
  }
  std::vector<Map> strokes;
  int modifiers = 0;
  for (const Key& key : pressed) {
    modifiers |= key.modifier;
    strokes.push_back(stroke("keyDown", key, modifiers));
  }
  for (auto key = pressed.rbegin(); key != pressed.rend(); ++key) {
    modifiers &= ~key->modifier;
    strokes.push_back(stroke("keyUp", *key, modifiers));
  }
  return strokes;
}

}  // namespace peregrine::play
