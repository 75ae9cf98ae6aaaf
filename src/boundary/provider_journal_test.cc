#include "boundary/provider_journal.h"

#include <gtest/gtest.h>

namespace peregrine::boundary {
namespace {

constexpr size_t kMost = 10;

ProviderJournal full() {
  ProviderJournal journal;
  for (size_t i = 0; i < kMost; ++i) {
    auto call = journal.make(kMost);
    call->request.target = "/" + std::to_string(i);
    call->request.body = "body";
    call->answer.status = 201;
    call->failure = "slow";
    call->mistake = "none";
    call->repeated = call->waited = true;
    call->route = std::make_shared<const lang::Route>();
    journal.add(std::move(call), kMost);
  }
  return journal;
}

TEST(ProviderJournalTest, TheOldestIsUsedAnewAndNothingOfItIsLeft) {
  ProviderJournal journal = full();
  const ProviderCall* oldest = journal.calls().front().get();
  const auto call = journal.make(kMost);
  ASSERT_EQ(call.get(), oldest);
  const ProviderCall fresh;
  EXPECT_EQ(call->request, fresh.request);
  EXPECT_EQ(call->answer.status, 0);
  EXPECT_TRUE(call->answer.headers.empty());
  EXPECT_EQ(call->failure + call->mistake + call->answer.body, "");
  EXPECT_FALSE(call->repeated || call->waited || call->route);
  EXPECT_EQ(call->number, 0U);
  journal.add(call, kMost);
  EXPECT_EQ(journal.calls().size(), kMost);
  EXPECT_EQ(journal.calls().front()->request.target, "/1");
  EXPECT_EQ(journal.calls().back()->number, kMost + 1);
}

TEST(ProviderJournalTest, WhatSomebodyHoldsIsNotUsedAnew) {
  ProviderJournal journal = full();
  const ProviderJournal::CallPtr held = journal.calls().front();
  const auto call = journal.make(kMost);
  EXPECT_NE(call, held);
  EXPECT_EQ(held->request.target, "/0");
  journal.add(call, kMost);
  EXPECT_EQ(journal.calls().size(), kMost);
}

TEST(ProviderJournalTest, ALargeOneIsNotUsedAnew) {
  ProviderJournal journal = full();
  journal.calls().front()->request.body = std::string(100'000, 'x');
  EXPECT_NE(journal.make(kMost), journal.calls().front());
  EXPECT_EQ(journal.calls().size(), kMost);
}

TEST(ProviderJournalTest, ACopyKeepsItsCalls) {
  ProviderJournal journal = full();
  const ProviderJournal copy = journal;
  journal.add(journal.make(kMost), kMost);
  EXPECT_EQ(copy.calls().front()->request.target, "/0");
  EXPECT_EQ(copy.calls().front()->answer.status, 201);
}

}  // namespace
}  // namespace peregrine::boundary
