#include "lang/cel/special.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/json.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

constexpr size_t kSmallMap = 8;  // searched from front to back

// In the order of CEL's kinds of keys, so that a map with many is searched by halves.
int rank(const Value& key) {
  if (key.is_bool()) return 0;
  return key.is_number() ? 1 : 2;
}

bool less_key(const Value& a, const Value& b) {
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return base::compare(a, b) < 0;
}

bool has_special(const Value& value) {
  if (value.kind() == Kind::special) return true;
  if (value.is_list()) return std::ranges::any_of(value.as_list(), has_special);
  if (!value.is_map()) return false;
  return std::ranges::any_of(value.as_map(), [](const auto& e) { return has_special(e.second); });
}

}  // namespace

bool Type::equals(const base::Special& other) const {
  const auto* type = dynamic_cast<const Type*>(&other);
  return type && type->of_ == of_;
}

bool Optional::equals(const base::Special& other) const {
  const auto* optional = dynamic_cast<const Optional*>(&other);
  return optional && optional->value_ == value_;
}

KeyedMap::KeyedMap(std::vector<Entry> entries) : entries_(std::move(entries)) {
  if (entries_.size() <= kSmallMap) return;
  by_key_.resize(entries_.size());
  std::iota(by_key_.begin(), by_key_.end(), 0U);
  std::ranges::sort(by_key_, less_key,
                    [&](uint32_t place) -> const Value& { return entries_[place].first; });
}

bool KeyedMap::has_key_twice() const {
  if (!by_key_.empty()) {
    for (size_t i = 1; i < by_key_.size(); ++i) {
      if (entries_[by_key_[i]].first == entries_[by_key_[i - 1]].first) return true;
    }
    return false;
  }
  for (size_t i = 0; i < entries_.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (entries_[i].first == entries_[k].first) return true;
    }
  }
  return false;
}

const Value* KeyedMap::find(const Value& key) const {
  if (by_key_.empty()) {
    const auto found = std::ranges::find(entries_, key, &Entry::first);
    return found == entries_.end() ? nullptr : &found->second;
  }
  const bool can_be_key = key.is_bool() || key.is_number() || key.is_text();
  if (!can_be_key) return nullptr;
  const auto found = std::ranges::lower_bound(
      by_key_, key, less_key,
      [&](uint32_t place) -> const Value& { return entries_[place].first; });
  if (found == by_key_.end() || !(entries_[*found].first == key)) return nullptr;
  return &entries_[*found].second;
}

bool KeyedMap::equals(const base::Special& other) const {
  const auto* map = dynamic_cast<const KeyedMap*>(&other);
  if (!map || map->entries_.size() != entries_.size()) return false;
  return std::ranges::all_of(entries_, [&](const Entry& entry) {
    const Value* there = map->find(entry.first);
    return there && *there == entry.second;
  });
}

Value KeyedMap::plain() const {
  base::MapBuilder map;
  for (const auto& [key, value] : entries_) {
    map.set(key.is_text() ? key.as_text() : base::to_json(key), cel::plain(value));
  }
  return Value(map.build());
}

Value make_type(std::string_view of) {
  return Value(std::make_shared<const Type>(std::string(of)));
}

Value optional_of(std::optional<Value> value) {
  return Value(std::make_shared<const Optional>(std::move(value)));
}

std::optional<Value> make_map(std::vector<KeyedMap::Entry> entries) {
  const size_t size = entries.size();
  if (std::ranges::all_of(entries, [](const auto& entry) { return entry.first.is_text(); })) {
    std::vector<base::Map::Entry> text;
    text.reserve(size);
    for (auto& [key, value] : entries) text.emplace_back(key.as_text(), std::move(value));
    base::Map map(std::move(text));
    if (map.size() != size) return std::nullopt;
    return Value(std::move(map));
  }
  auto map = std::make_shared<const KeyedMap>(std::move(entries));
  if (map->has_key_twice()) return std::nullopt;
  return Value(std::shared_ptr<const base::Special>(std::move(map)));
}

template <class T>
static const T* as(const Value& value) {
  return value.kind() == Kind::special ? dynamic_cast<const T*>(&value.as_special()) : nullptr;
}
const Type* as_type(const Value& value) { return as<Type>(value); }
const Optional* as_optional(const Value& value) { return as<Optional>(value); }
const KeyedMap* as_keyed_map(const Value& value) { return as<KeyedMap>(value); }

bool is_map(const Value& value) { return value.is_map() || as_keyed_map(value); }

size_t map_size(const Value& map) {
  return map.is_map() ? map.as_map().size() : as_keyed_map(map)->entries().size();
}

const Value* map_find(const Value& map, const Value& key) {
  if (!map.is_map()) return as_keyed_map(map)->find(key);
  return key.is_text() ? map.as_map().find(key.as_text()) : nullptr;
}

void each_entry(const Value& map,
                const std::function<bool(const Value& key, const Value& value)>& visit) {
  if (map.is_map()) {
    for (const auto& [key, value] : map.as_map()) {
      if (!visit(Value(key), value)) return;
    }
    return;
  }
  for (const auto& [key, value] : as_keyed_map(map)->entries()) {
    if (!visit(key, value)) return;
  }
}

static constexpr std::array<std::string_view, 14> kTypeNames = {"null_type",
                                                                "bool",
                                                                "int",
                                                                "uint",
                                                                "double",
                                                                "decimal",
                                                                "string",
                                                                "bytes",
                                                                "list",
                                                                "map",
                                                                "google.protobuf.Timestamp",
                                                                "google.protobuf.Duration",
                                                                "type",
                                                                "optional_type"};

std::string_view type_name(const Value& value) {
  if (value.kind() != Kind::special) return kTypeNames[static_cast<size_t>(value.kind())];
  if (as_type(value)) return "type";
  return as_optional(value) ? "optional_type" : "map";
}

bool is_type_name(std::string_view word) {
  return !word.empty() && std::ranges::find(kTypeNames, word) != kTypeNames.end();
}

Value plain(const Value& value) {
  if (!has_special(value)) return value;
  if (value.kind() == Kind::special) return plain(value.as_special().plain());
  if (value.is_list()) {
    base::List list;
    for (const Value& element : value.as_list()) list.push_back(plain(element));
    return Value(std::move(list));
  }
  base::MapBuilder map;
  for (const auto& [key, element] : value.as_map()) map.set(key, plain(element));
  return Value(map.build());
}

}  // namespace peregrine::lang::cel
