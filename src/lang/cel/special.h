// Values that exist only inside of an expression: types, optionals, and maps with keys that are not
// all text. plain() turns them into values for everyone when a result leaves.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"

namespace peregrine::lang::cel {

class Type : public base::Special {
 public:
  explicit Type(std::string of) : of_(std::move(of)) {}
  const std::string& of() const { return of_; }
  std::string_view name() const override { return "type"; }
  bool equals(const base::Special& other) const override;
  base::Value plain() const override { return base::Value(of_); }

 private:
  std::string of_;
};

class Optional : public base::Special {
 public:
  explicit Optional(std::optional<base::Value> value) : value_(std::move(value)) {}
  const std::optional<base::Value>& value() const { return value_; }
  std::string_view name() const override { return "optional"; }
  bool equals(const base::Special& other) const override;
  base::Value plain() const override { return value_.value_or(base::Value()); }

 private:
  std::optional<base::Value> value_;
};

// Keys are bools, integers and text; 1, 1u and 1.0 are one key.
class KeyedMap : public base::Special {
 public:
  using Entry = std::pair<base::Value, base::Value>;

  explicit KeyedMap(std::vector<Entry> entries);
  const std::vector<Entry>& entries() const { return entries_; }
  bool has_key_twice() const;
  const base::Value* find(const base::Value& key) const;
  std::string_view name() const override { return "map"; }
  bool equals(const base::Special& other) const override;
  base::Value plain() const override;

 private:
  std::vector<Entry> entries_;
  std::vector<uint32_t> by_key_;
};

base::Value make_type(std::string_view of);
base::Value optional_of(std::optional<base::Value> value);
// The key that occurs first a second time fails the making: nothing then.
std::optional<base::Value> make_map(std::vector<KeyedMap::Entry> entries);

// Null if the value is none.
const Type* as_type(const base::Value& value);
const Optional* as_optional(const base::Value& value);
const KeyedMap* as_keyed_map(const base::Value& value);

// Maps of both kinds.
bool is_map(const base::Value& value);
// REQUIRES, for these: is_map().
size_t map_size(const base::Value& map);
const base::Value* map_find(const base::Value& map, const base::Value& key);
// Calls `visit` for each entry until it returns false.
void each_entry(const base::Value& map,
                const std::function<bool(const base::Value& key, const base::Value& value)>& visit);

// CEL's name of a value's type: "int", "google.protobuf.Timestamp".
std::string_view type_name(const base::Value& value);
// Whether the word is a type's name.
bool is_type_name(std::string_view word);

// The value without specials in it: an optional is its value or null, a type its name, keys are
// text.
base::Value plain(const base::Value& value);

}  // namespace peregrine::lang::cel
