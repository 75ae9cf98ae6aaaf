#include "base/packing.h"

#include <gtest/gtest.h>

#include <string>

namespace peregrine::base {
namespace {

TEST(Packing, GivesBackWhatWasPacked) {
  Packer packer;
  for (const uint64_t number : {uint64_t{0}, uint64_t{127}, uint64_t{128}, UINT64_MAX}) {
    packer.number(number);
  }
  for (const int64_t number : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    packer.signed_number(number);
  }
  packer.real(-0.1);
  packer.truth(true);
  packer.truth(false);
  packer.text(std::string_view("a\0b", 3));
  packer.text("");
  const std::string bytes = packer.take();
  Unpacker unpacker(bytes);
  for (const uint64_t number : {uint64_t{0}, uint64_t{127}, uint64_t{128}, UINT64_MAX}) {
    EXPECT_EQ(unpacker.number(), number);
  }
  for (const int64_t number : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(unpacker.signed_number(), number);
  }
  EXPECT_EQ(unpacker.real(), -0.1);
  EXPECT_TRUE(unpacker.truth());
  EXPECT_FALSE(unpacker.truth());
  EXPECT_EQ(unpacker.text(), std::string_view("a\0b", 3));
  EXPECT_EQ(unpacker.text(), "");
  EXPECT_TRUE(unpacker.complete());
  EXPECT_EQ(unpacker.number(), 0U);
  EXPECT_FALSE(unpacker.complete()) << "that was past the end";
}

TEST(Packing, WhatIsCutIsNotComplete) {
  Packer packer;
  packer.number(300);
  packer.text("text");
  packer.real(1);
  const std::string bytes = packer.take();
  for (size_t length = 0; length < bytes.size(); ++length) {
    Unpacker unpacker(std::string_view(bytes).substr(0, length));
    (void)unpacker.number();
    (void)unpacker.text();
    (void)unpacker.real();
    EXPECT_FALSE(unpacker.complete()) << length;
  }
}

TEST(Packing, ACountAsksForNoMoreThanWasSent) {
  Packer packer;
  packer.number(1'000'000'000);
  const std::string bytes = packer.take();
  Unpacker unpacker(bytes);
  EXPECT_EQ(unpacker.count(), 0U);
  EXPECT_FALSE(unpacker.good());
}

TEST(Packing, ANumberHasTenBytesAtMost) {
  const std::string too_long(10, '\x81');
  Unpacker unpacker(too_long);
  EXPECT_EQ(unpacker.number(), 0U);
  EXPECT_FALSE(unpacker.good());
}

}  // namespace
}  // namespace peregrine::base
