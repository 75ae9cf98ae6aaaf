#include "play/page_keys.h"

#include <fmt/core.h>

#include <string>

#include "base/text.h"
#include "lang/keyboard.h"

namespace peregrine::play {

using base::Map;
using base::MapBuilder;
using base::Result;
using base::Value;
using lang::KeyboardKey;

namespace {

// Where it lies on a keyboard of the United States: KeyboardEvent code.
std::string place_of(const KeyboardKey& key) {
  if (key.modifier != 0) return std::string(key.name) + "Left";
  if (key.name.size() > 1) return std::string(key.name);
  const char c = key.name.empty() ? ' ' : key.name[0];
  if (c >= '0' && c <= '9') return fmt::format("Digit{}", c);
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter ? fmt::format("Key{}", base::uppercase(key.name)) : "";
}

Map stroke(std::string_view type, const KeyboardKey& key, int modifiers) {
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

}  // namespace

Result<std::vector<Map>> key_strokes(std::string_view keys) {
  TRY(const std::vector<KeyboardKey> pressed, lang::read_keyboard(keys));
  std::vector<Map> strokes;
  int modifiers = 0;
  for (const KeyboardKey& key : pressed) {
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
