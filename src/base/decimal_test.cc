#include "base/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace peregrine::base {
namespace {

std::string printed(std::string_view text) {
  std::optional<Decimal> number = Decimal::parse(text);
  return number ? number->to_string() : "none";
}

TEST(Decimal, PrintsTheNumberItRead) {
  EXPECT_EQ(printed("0"), "0");
  EXPECT_EQ(printed("-0.00"), "0");
  EXPECT_EQ(printed("89.00"), "89");
  EXPECT_EQ(printed("-12.50"), "-12.5");
  EXPECT_EQ(printed("+007"), "7");
  EXPECT_EQ(printed(".05"), "0.05");
  EXPECT_EQ(printed("5."), "5");
  EXPECT_EQ(printed("1e3"), "1000");
  EXPECT_EQ(printed("12E-3"), "0.012");
  EXPECT_EQ(printed("1e60"), "1e+60");
  EXPECT_EQ(printed("123e-60"), "1.23e-58");
  EXPECT_EQ(printed("1234567890123456789012345678901234567890.5"),
            "1234567890123456789012345678901234567890.5");
}

TEST(Decimal, RefusesOtherText) {
  for (std::string_view text :
       {"", "-", ".", "e5", "1e", "1e+", "1e+-3", "NaN", " 1", "1 ", "1.2.3", "0x1", "1,5",
        "1e10000001", "--1", "100e10000000", "0.01e-10000000"})
    EXPECT_EQ(printed(text), "none") << text;
  EXPECT_EQ(printed(std::string(Decimal::kMaxLength + 1, '1')), "none");
}

TEST(Decimal, Compares) {
  const std::vector<std::string_view> rising = {"-1e9", "-100", "-99.5", "-0.1", "0",    "1e-9",
                                                "0.1",  "0.11", "1",     "1.5",  "10.0", "1e9"};
  for (size_t i = 0; i < rising.size(); ++i)
    for (size_t j = 0; j < rising.size(); ++j)
      EXPECT_EQ(*Decimal::parse(rising[i]) <=> *Decimal::parse(rising[j]), i <=> j)
          << rising[i] << " and " << rising[j];
  EXPECT_EQ(*Decimal::parse("1.00"), *Decimal::parse("100e-2"));
}

TEST(Decimal, TurnsIntoIntegersAndBack) {
  for (int64_t n : {int64_t{0}, int64_t{-1}, int64_t{1200}, INT64_MAX, INT64_MIN})
    EXPECT_EQ(Decimal(n).to_int64(), n);
  EXPECT_EQ(Decimal(UINT64_MAX).to_string(), "18446744073709551615");
  EXPECT_EQ(Decimal(UINT64_MAX).to_int64(), std::nullopt);
  EXPECT_EQ(Decimal::parse("1.5")->to_int64(), std::nullopt);
  EXPECT_EQ(Decimal::parse("1e20")->to_int64(), std::nullopt);
}

TEST(Decimal, TurnsIntoDoublesAndBack) {
  for (double d : {0.0, 0.1, -2.5, 1e300, 5e-324, 1.7976931348623157e308}) {
    EXPECT_EQ(Decimal::shortest(d).to_double(), d);
    EXPECT_EQ(Decimal::exact(d).to_double(), d);
  }
  EXPECT_EQ(Decimal::shortest(0.1).to_string(), "0.1");
  EXPECT_EQ(Decimal::shortest(18446744073709551616.0).to_string(), "18446744073709552000");
  EXPECT_EQ(Decimal::exact(0.1).to_string(),
            "0.1000000000000000055511151231257827021181583404541015625");
  EXPECT_EQ(Decimal::parse("-1e400")->to_double(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Decimal::parse("1e-400")->to_double(), 0.0);
}

}  // namespace
}  // namespace peregrine::base
