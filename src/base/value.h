// A value of the outside world: what JSON, SQL rows, YAML and expressions are made of.
//
//   Value call = Map{{"id", "c1"}, {"tags", List{"new", 7}}};
//   const Value* id = call.as_map().find("id");
//
// Values do not change once made; lists and maps are shared between copies, so a copy is cheap.
// Threads: may be read and copied by several at once.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"

namespace peregrine::base {

class Value;
class Map;
class Special;
using List = std::vector<Value>;

// Bytes that need not be text.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

enum class Kind {
  null,
  boolean,
  int64,
  uint64,
  real,  // a double
  decimal,
  text,
  bytes,
  list,
  map,
  timestamp,
  duration,
  special,  // what only a higher layer knows, see Special
};

// As the journey language calls it: "int" for both kinds of integers, "number" for the other
// numbers, "instant" for a timestamp.
std::string_view name(Kind kind);

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                  !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  // Only a bool itself, so that no pointer becomes one.
  template <std::same_as<bool> T>
  Value(T truth) : of_(truth) {}
  template <Integer T>
    requires std::signed_integral<T>
  Value(T number) : of_(int64_t{number}) {}
  template <Integer T>
    requires std::unsigned_integral<T>
  Value(T number) : of_(uint64_t{number}) {}
  template <std::floating_point T>
  Value(T number) : of_(static_cast<double>(number)) {}
  Value(Decimal number) : of_(std::make_shared<const Decimal>(std::move(number))) {}
  // REQUIRES: not a null pointer.
  Value(const char* text) : of_(std::string(text)) {}
  Value(std::string_view text) : of_(std::string(text)) {}
  Value(std::string text) : of_(std::move(text)) {}
  Value(Bytes bytes) : of_(std::move(bytes)) {}
  Value(List list);
  Value(Map map);
  Value(WallTime instant) : of_(instant) {}
  Value(Duration span) : of_(span) {}
  // REQUIRES: not a null pointer.
  Value(std::shared_ptr<const Special> special) : of_(std::move(special)) {}

  Kind kind() const { return static_cast<Kind>(of_.index()); }
  bool is_null() const { return kind() == Kind::null; }
  bool is_bool() const { return kind() == Kind::boolean; }
  bool is_text() const { return kind() == Kind::text; }
  bool is_list() const { return kind() == Kind::list; }
  bool is_map() const { return kind() == Kind::map; }
  // Of any of the four kinds.
  bool is_number() const { return kind() >= Kind::int64 && kind() <= Kind::decimal; }

  // REQUIRES, for each: the kind it names.
  bool as_bool() const { return get<bool>(); }
  int64_t as_int() const { return get<int64_t>(); }
  uint64_t as_uint() const { return get<uint64_t>(); }
  double as_double() const { return get<double>(); }
  const Decimal& as_decimal() const { return *get<std::shared_ptr<const Decimal>>(); }
  const std::string& as_text() const { return get<std::string>(); }
  const std::string& as_bytes() const { return get<Bytes>().data; }
  const List& as_list() const { return *get<std::shared_ptr<const List>>(); }
  // The list itself, to be changed, if no other value holds it; else null. REQUIRES: a list.
  List* sole_list();
  const Map& as_map() const { return *get<std::shared_ptr<const Map>>(); }
  WallTime as_timestamp() const { return get<WallTime>(); }
  Duration as_duration() const { return get<Duration>(); }
  const Special& as_special() const { return *get<std::shared_ptr<const Special>>(); }

  // The element of a map, or null for one that is absent and for anything that is no map.
  const Value* find(std::string_view key) const;

  // Deep. Numbers are equal across kinds when they are the same number; a double is the number it
  // prints as when it meets a Decimal, so 0.1 equals SQL's 0.1. NaN equals nothing. The order of a
  // map's keys does not matter.
  bool operator==(const Value& other) const;

 private:
  template <class T>
  const T& get() const {
    const T* held = std::get_if<T>(&of_);
    if (!held) wrong_kind();
    return *held;
  }
  [[noreturn]] void wrong_kind() const;

  // In the order of Kind.
  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::shared_ptr<const Decimal>,
               std::string, Bytes, std::shared_ptr<const List>, std::shared_ptr<const Map>,
               WallTime, Duration, std::shared_ptr<const Special>>
      of_;
};

// A value that exists only while an expression is evaluated: a type, an optional, a map with keys
// other than text. The layer that makes one takes it back before it gives a result away.
class Special {
 public:
  Special() = default;
  Special(const Special&) = delete;
  Special& operator=(const Special&) = delete;
  virtual ~Special() = default;

  virtual std::string_view name() const = 0;  // "optional"
  virtual bool equals(const Special& other) const = 0;
  // What is most like it among the other kinds.
  virtual Value plain() const = 0;
};

// Which is less: two numbers of any kind, two texts (by bytes), bytes, bools, instants or
// durations. Unordered: everything else, and NaN.
std::partial_ordering compare(const Value& a, const Value& b);

// Text keys to values, in the order in which they were added.
class Map {
 public:
  using Entry = std::pair<std::string, Value>;

  Map() = default;
  // Of a key given twice the last value counts, at the first one's place.
  Map(std::initializer_list<Entry> entries) : Map(std::vector<Entry>(entries)) {}
  explicit Map(std::vector<Entry> entries);
  // REQUIRES: no key is given twice.
  static Map of_distinct(std::vector<Entry> entries);

  // The value, or null.
  const Value* find(std::string_view key) const;
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  bool operator==(const Map& other) const;

 private:
  std::vector<uint32_t> order_of_keys() const;
  void drop_repeated(const std::vector<uint32_t>& order);

  std::vector<Entry> entries_;
  std::vector<uint32_t> by_key_;  // places of the entries in the order of keys; none in small maps
};

class MapBuilder {
 public:
  MapBuilder() = default;
  // Starts from what a map holds.
  explicit MapBuilder(const Map& map) : entries_(map.begin(), map.end()) {}

  MapBuilder& set(std::string key, Value value) {
    entries_.emplace_back(std::move(key), std::move(value));
    return *this;
  }
  // Leaves the builder empty.
  Map build() { return Map(std::exchange(entries_, {})); }

 private:
  std::vector<Map::Entry> entries_;
};

}  // namespace peregrine::base
