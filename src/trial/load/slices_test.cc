#include "trial/load/slices.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

using namespace std::chrono_literals;

SlicePart part(uint64_t number, uint64_t requests, uint64_t users = 1) {
  SlicePart part{.number = number};
  part.slice.begin = number * 1s;
  part.slice.length = 1s;
  part.slice.requests = requests;
  part.slice.users = users;
  part.latency.add(1ms, requests);
  return part;
}

std::string requests_of(const Slices& slices) {
  std::string text;
  for (const record::LoadSlice& slice : slices.all()) {
    text += fmt::format("{}x{} ", slice.requests, slice.users);
    const auto latency = base::Histogram::from_text(slice.latency);
    EXPECT_EQ(latency.value_or(base::Histogram()).count(), slice.requests);
  }
  return text;
}

TEST(Slices, AreWholeAtOnceWhereNobodyElseMeasures) {
  Slices slices(false);
  slices.close(part(0, 5));
  EXPECT_EQ(requests_of(slices), "5x1 ");
  slices.close(part(1, 6));
  EXPECT_EQ(requests_of(slices), "5x1 6x1 ");
}

TEST(Slices, OthersAddTheirParts) {
  Slices slices(true);
  slices.add(part(0, 10, 3));  // a moment earlier than it is over here
  slices.close(part(0, 5));
  slices.add(part(0, 20, 2));
  EXPECT_EQ(requests_of(slices), "") << "it waits for the others";
  slices.close(part(1, 1));
  EXPECT_EQ(requests_of(slices), "35x6 ");
  slices.add(part(1, 2, 3));
  slices.add(part(1, 3, 2));
  slices.finish();
  EXPECT_EQ(requests_of(slices), "35x6 6x6 ");
}

TEST(Slices, WhatIsLateIsNotLost) {
  Slices slices(true);
  for (uint64_t i = 0; i < 3; ++i) slices.close(part(i, 1));
  slices.add(part(0, 10, 4));
  slices.finish();
  EXPECT_EQ(requests_of(slices), "1x1 1x1 11x1 ");
}

TEST(Slices, WhatComesAfterTheLastSecondBelongsToIt) {
  Slices slices(true);
  slices.close(part(0, 1));
  slices.add(part(1, 10, 4));
  slices.add(part(2, 20, 2));
  slices.finish();
  EXPECT_EQ(requests_of(slices), "31x4 ");
}

TEST(Slices, OfALongLoadPairsBecomeOne) {
  Slices slices(false);
  for (uint64_t i = 0; i < 1000; ++i) slices.close(part(i, 1));
  EXPECT_LT(slices.all().size(), Slices::kMost);
  uint64_t all = 0;
  base::Duration end{};
  for (const record::LoadSlice& slice : slices.all()) {
    EXPECT_EQ(slice.begin, end);
    end = slice.begin + slice.length;
    all += slice.requests;
  }
  EXPECT_EQ(all, 1000U);
  EXPECT_EQ(end, 1000s);
}

}  // namespace
}  // namespace peregrine::trial
