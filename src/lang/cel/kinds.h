// Sets of kinds of values: what a function takes, what an expression may give.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/value.h"

namespace peregrine::lang::cel {

using KindSet = uint32_t;

constexpr KindSet set_of(base::Kind kind) { return KindSet{1} << static_cast<int>(kind); }

inline constexpr KindSet kNull = set_of(base::Kind::null);
inline constexpr KindSet kBool = set_of(base::Kind::boolean);
inline constexpr KindSet kInt = set_of(base::Kind::int64);
inline constexpr KindSet kUint = set_of(base::Kind::uint64);
inline constexpr KindSet kReal = set_of(base::Kind::real);
inline constexpr KindSet kDecimal = set_of(base::Kind::decimal);
inline constexpr KindSet kText = set_of(base::Kind::text);
inline constexpr KindSet kBytes = set_of(base::Kind::bytes);
inline constexpr KindSet kList = set_of(base::Kind::list);
inline constexpr KindSet kMap = set_of(base::Kind::map);
inline constexpr KindSet kInstant = set_of(base::Kind::timestamp);
inline constexpr KindSet kDuration = set_of(base::Kind::duration);
inline constexpr KindSet kOptional = KindSet{1} << 20;
inline constexpr KindSet kType = KindSet{1} << 21;
inline constexpr KindSet kInteger = kInt | kUint;
inline constexpr KindSet kNumber = kInteger | kReal | kDecimal;
inline constexpr KindSet kAny = ~KindSet{0};

// The set that holds this value's kind alone. A map with any keys is a map.
KindSet kind_of(const base::Value& value);

// "int", "text", "optional".
std::string_view kind_name(const base::Value& value);
// "text, list or map".
std::string describe(KindSet kinds);

}  // namespace peregrine::lang::cel
