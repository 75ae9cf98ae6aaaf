#include "play/kinds.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

namespace peregrine::play {
namespace {

using base::Value;

// All kinds that a value is of.
std::string kinds_of(const Value* value) {
  std::string all;
  for (const char* kind : {"any", "bool", "bytes", "email", "float", "instant", "int", "list",
                           "map", "none", "null", "number", "text", "uuid"}) {
    if (is_of_kind(value, kind)) all += (all.empty() ? "" : " ") + std::string(kind);
  }
  return all;
}
std::string kinds_of(const Value& value) { return kinds_of(&value); }

TEST(KindsTest, EachValueIsOfItsKinds) {
  EXPECT_EQ(kinds_of(Value(true)), "any bool");
  EXPECT_EQ(kinds_of(Value(1)), "any int number");
  EXPECT_EQ(kinds_of(Value(uint64_t{1})), "any int number");
  EXPECT_EQ(kinds_of(Value(1.5)), "any float number");
  EXPECT_EQ(kinds_of(Value(3.0)), "any float int number");
  EXPECT_EQ(kinds_of(Value(std::numeric_limits<double>::infinity())), "any float number");
  EXPECT_EQ(kinds_of(Value(*base::Decimal::parse("3.00"))), "any float int number");
  EXPECT_EQ(kinds_of(Value(*base::Decimal::parse("3.01"))), "any float number");
  EXPECT_EQ(kinds_of(Value("x")), "any text");
  EXPECT_EQ(kinds_of(Value("")), "any text");
  EXPECT_EQ(kinds_of(Value(base::Bytes{"x"})), "any bytes");
  EXPECT_EQ(kinds_of(Value(base::List{})), "any list");
  EXPECT_EQ(kinds_of(Value(base::Map{})), "any map");
  EXPECT_EQ(kinds_of(Value(base::WallTime{})), "any instant");
}

TEST(KindsTest, NullAndWhatIsAbsentAreNone) {
  EXPECT_EQ(kinds_of(Value()), "none null");
  EXPECT_EQ(kinds_of(nullptr), "none null");
}

TEST(KindsTest, SomeTextIsMore) {
  EXPECT_EQ(kinds_of(Value("7c9e6679-7425-40de-944b-e07fc1f90ae7")), "any text uuid");
  EXPECT_EQ(kinds_of(Value("7c9e6679-7425-40de-944b-e07fc1f90ae")), "any text");
  EXPECT_EQ(kinds_of(Value("anna@example.org")), "any email text");
  EXPECT_EQ(kinds_of(Value("anna@example")), "any text");
  EXPECT_EQ(kinds_of(Value("2025-06-09T08:00:00Z")), "any instant text");
  EXPECT_EQ(kinds_of(Value("2025-06-09")), "any text");
}

}  // namespace
}  // namespace peregrine::play
