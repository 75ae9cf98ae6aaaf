#include "base/value_packing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace peregrine::base {
namespace {

using namespace std::chrono_literals;

std::string packed(const Value& value) {
  Packer packer;
  pack(value, packer);
  return packer.take();
}

Value there_and_back(const Value& value) {
  const std::string bytes = packed(value);
  Unpacker unpacker(bytes);
  Value back = unpack_value(unpacker);
  EXPECT_TRUE(unpacker.complete());
  return back;
}

TEST(ValuePacking, EveryKindComesBackAsItself) {
  const List all{nullptr,
                 true,
                 false,
                 INT64_MIN,
                 UINT64_MAX,
                 0.1,
                 -0.0,
                 std::numeric_limits<double>::infinity(),
                 *Decimal::parse("-12.500000000000000000000000001"),
                 *Decimal::parse("1e400"),
                 "",
                 std::string("ü\0x", 4),
                 Bytes{std::string("\xff\0", 2)},
                 List{},
                 List{1, List{2U, "three"}},
                 Map{},
                 Map{{"z", 1}, {"a", Map{{"", nullptr}}}},
                 WallTime(-1ns),
                 WallTime(1'750'000'000s + 1ns),
                 Duration(-5)};
  for (const Value& value : all) {
    const Value back = there_and_back(value);
    EXPECT_EQ(back.kind(), value.kind());
    EXPECT_EQ(back, value);
    EXPECT_EQ(packed(back), packed(value)) << "the same to the last bit, keys in the same order";
  }
  EXPECT_EQ(there_and_back(Value(all)), Value(all));
  EXPECT_TRUE(std::isnan(there_and_back(std::numeric_limits<double>::quiet_NaN()).as_double()));
}

TEST(ValuePacking, WhatIsCutOrWrongIsNothing) {
  const std::string bytes = packed(Map{{"a", List{1, "two"}}, {"b", *Decimal::parse("3.5")}});
  for (size_t length = 0; length < bytes.size(); ++length) {
    Unpacker unpacker(std::string_view(bytes).substr(0, length));
    (void)unpack_value(unpacker);
    EXPECT_FALSE(unpacker.complete()) << length;
  }
  Unpacker no_kind("\x7f");
  EXPECT_TRUE(unpack_value(no_kind).is_null());
  EXPECT_FALSE(no_kind.good());
}

TEST(ValuePacking, NestingHasABound) {
  Value deep;
  for (int i = 0; i < 2 * kDeepestPacked; ++i) deep = List{deep};
  Value back = there_and_back(deep);
  int depth = 0;
  while (back.is_list()) {
    const Value inner = back.as_list().front();
    back = inner;
    ++depth;
  }
  EXPECT_EQ(depth, kDeepestPacked + 1);
  std::string bytes;
  for (int i = 0; i < 3 * kDeepestPacked; ++i) bytes += {static_cast<char>(Kind::list), '\1'};
  bytes += '\0';
  Unpacker unpacker(bytes);
  (void)unpack_value(unpacker);
  EXPECT_FALSE(unpacker.good());
}

}  // namespace
}  // namespace peregrine::base
