// The language as tables: the maps that its files are made of, with their keys. schema.cc makes
// JSON Schema of them.
#pragma once

#include <string_view>
#include <vector>

namespace peregrine::lang {

// A type is the name of a definition, or made of them: "[x]" is a list of x, "{x}" a map of names
// to x, "x|y" one of both. An element or value may be such a choice, too.
struct Key {
  std::string_view name;
  std::string_view type;
  std::string_view description;
  bool required = false;
};

// A map with known keys.
struct MapType {
  std::string_view name;
  std::string_view description;
  std::vector<Key> keys;
  std::string_view others = "";                  // type under other names; empty: there are none
  std::vector<std::string_view> one_of_these{};  // keys of which it has one
};

// What is no map of known keys, as JSON Schema.
struct SimpleType {
  std::string_view name;
  std::string_view json;
};

// A verb: its value, the keys that only it has, and what `expect` may name.
struct VerbType {
  enum Kind { reads, writes, block };

  std::string_view name;
  std::string_view type;
  std::string_view description;
  Kind kind;
  std::vector<std::string_view> keys;
  std::vector<std::string_view> sees;  // empty: anything
};

std::vector<SimpleType> simple_types();
std::vector<MapType> system_types();
std::vector<MapType> journey_types();
std::vector<MapType> provider_types();

std::vector<VerbType> verb_types();
// All that a step may have beside its verb.
std::vector<Key> step_keys();

}  // namespace peregrine::lang
