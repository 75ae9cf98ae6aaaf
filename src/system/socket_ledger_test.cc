#include "system/socket_ledger.h"

#include <gtest/gtest.h>

#include <map>

namespace peregrine::system {
namespace {

constexpr size_t kApi = 0, kDatabase = 1;

io::TcpEnd loopback(uint16_t port) {
  io::TcpEnd end{.address = {}, .port = port};
  end.address[10] = end.address[11] = 0xff;
  end.address[12] = 127;
  end.address[15] = 1;
  return end;
}

// Cookies and inodes are the same number here.
io::TcpSocket connection(uint64_t cookie, uint16_t port, uint64_t received, uint64_t sent) {
  return {.cookie = cookie,
          .inode = cookie,
          .local = loopback(port),
          .sent_bytes = sent,
          .received_bytes = received};
}

io::TcpSocket listener(uint64_t cookie, const io::TcpEnd& at) {
  return {.cookie = cookie, .inode = cookie, .listens = true, .local = at};
}

// Who holds which inode.
using Holders = std::map<uint64_t, size_t>;

void look(SocketLedger& ledger, const std::vector<io::TcpSocket>& sockets,
          const Holders& holders = {}) {
  ledger.begin_look();
  for (const io::TcpSocket& socket : sockets) ledger.see(socket);
  for (const uint64_t inode : ledger.wanted()) {
    if (const auto held = holders.find(inode); held != holders.end()) {
      ledger.find(inode, held->second);
    }
  }
  ledger.end_look();
}

TEST(SocketLedgerTest, AddsWhatHasGrownSinceTheFirstLook) {
  SocketLedger ledger(2);
  const Holders holders{{1, kApi}, {2, kDatabase}};
  look(ledger, {connection(1, 40001, 1000, 500), connection(2, 40002, 7, 7)}, holders);
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 0U);
  EXPECT_EQ(ledger.parties()[kApi].connections, 1U);
  look(ledger, {connection(1, 40001, 1300, 600), connection(2, 40002, 7, 8)});
  look(ledger, {connection(1, 40001, 1400, 900)});
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 400U);
  EXPECT_EQ(ledger.parties()[kApi].sent_bytes, 400U);
  EXPECT_EQ(ledger.parties()[kApi].opened, 0U);
  EXPECT_EQ(ledger.parties()[kApi].connections, 1U);
  EXPECT_EQ(ledger.parties()[kDatabase].sent_bytes, 1U);
  EXPECT_EQ(ledger.parties()[kDatabase].connections, 0U);
}

TEST(SocketLedgerTest, OneThatCameBetweenLooksCountsInFull) {
  SocketLedger ledger(1);
  look(ledger, {});
  look(ledger, {connection(1, 40001, 1000, 500)}, {{1, kApi}});
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 1000U);
  EXPECT_EQ(ledger.parties()[kApi].opened, 1U);
  ledger.ended(connection(1, 40001, 1100, 700));
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 1100U);
  EXPECT_EQ(ledger.parties()[kApi].sent_bytes, 700U);
  EXPECT_EQ(ledger.parties()[kApi].opened, 1U);
  look(ledger, {});
  EXPECT_EQ(ledger.parties()[kApi].connections, 0U);
}

TEST(SocketLedgerTest, WhoListensHasWhatIsConnectedToIt) {
  SocketLedger ledger(2);
  io::TcpEnd everywhere{.address = {}, .port = 8000};
  look(ledger, {listener(1, loopback(80)), listener(2, everywhere)}, {{1, kApi}, {2, kDatabase}});
  EXPECT_EQ(ledger.parties()[kApi].connections, 0U);
  auto not_accepted = connection(3, 80, 10, 0);
  not_accepted.inode = 0;
  look(ledger, {not_accepted});
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 10U);
  ledger.ended(connection(4, 80, 100, 200));
  ledger.ended(connection(5, 8000, 300, 0));
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 110U);
  EXPECT_EQ(ledger.parties()[kApi].opened, 2U);
  EXPECT_EQ(ledger.parties()[kDatabase].received_bytes, 300U);
  EXPECT_EQ(ledger.unattributed().opened, 0U);
}

TEST(SocketLedgerTest, ThoseOfANewListenerAreItsOwnersWhicheverIsReadFirst) {
  SocketLedger ledger(1);
  look(ledger, {});
  auto accepted = connection(1, 80, 10, 20);
  accepted.inode = 0;
  look(ledger, {accepted, listener(2, loopback(80))}, {{2, kApi}});
  EXPECT_EQ(ledger.parties()[kApi].sent_bytes, 20U);
}

TEST(SocketLedgerTest, WhatNobodyIsKnownToHaveMadeCountsApart) {
  SocketLedger ledger(1);
  look(ledger, {listener(1, loopback(80)), listener(9, loopback(90))}, {{1, kApi}});
  ledger.ended(connection(2, 40002, 100, 200));  // of a client
  ledger.ended(connection(3, 90, 1000, 2000));   // of a stranger who listens
  ledger.ended(connection(4, 40004, 0, 0));      // never connected
  EXPECT_EQ(ledger.unattributed().opened, 1U);
  EXPECT_EQ(ledger.unattributed().received_bytes, 100U);
  EXPECT_EQ(ledger.unattributed().sent_bytes, 200U);
  // Seen once, and closed before its holder was looked for.
  look(ledger, {connection(5, 40005, 1, 1)});
  ledger.ended(connection(5, 40005, 11, 21));
  EXPECT_EQ(ledger.unattributed().opened, 2U);
  EXPECT_EQ(ledger.unattributed().received_bytes, 111U);
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 0U);
}

TEST(SocketLedgerTest, AStrangersIsSoughtTwiceAndNeverCounts) {
  SocketLedger ledger(1);
  for (int i = 0; i < 3; ++i) {
    ledger.begin_look();
    ledger.see(connection(1, 40001, 100, 100));
    EXPECT_EQ(ledger.wanted().size(), i < 2 ? 1U : 0U);
    ledger.end_look();
  }
  ledger.ended(connection(1, 40001, 900, 900));
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 0U);
  EXPECT_EQ(ledger.unattributed().opened, 0U);
}

TEST(SocketLedgerTest, WhatALookReadsLaterThanItsEndWasToldCountsOnce) {
  SocketLedger ledger(1);
  look(ledger, {listener(1, loopback(80))}, {{1, kApi}});
  ledger.begin_look();
  ledger.ended(connection(2, 80, 100, 100));
  ledger.see(connection(2, 80, 90, 100));
  ledger.wanted();
  ledger.end_look();
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 100U);
  EXPECT_EQ(ledger.parties()[kApi].opened, 1U);
}

TEST(SocketLedgerTest, WhatEndedBeforeTheFirstLookIsNotCounted) {
  SocketLedger ledger(1);
  ledger.ended(connection(1, 80, 100, 100));
  look(ledger, {listener(2, loopback(80)), connection(3, 80, 50, 50)}, {{2, kApi}});
  ledger.ended(connection(3, 80, 60, 70));
  EXPECT_EQ(ledger.parties()[kApi].received_bytes, 10U);
  EXPECT_EQ(ledger.unattributed().opened, 0U);
}

TEST(SocketLedgerTest, MoreThanItFollowsAreCountedAndThoseGoneMakeRoom) {
  SocketLedger ledger(1);
  const auto look_from = [&](uint64_t first) {
    ledger.begin_look();
    for (uint64_t i = 0; i < SocketLedger::kMostFollowed + 10; ++i) {
      ledger.see(connection(first + i, 80, 1, 1));
    }
    ledger.wanted();
    ledger.end_look();
  };
  look_from(1);
  EXPECT_EQ(ledger.not_followed(), 10U);
  for (int i = 0; i < 4; ++i) look(ledger, {});
  look_from(1'000'000);
  EXPECT_EQ(ledger.not_followed(), 20U);
}

}  // namespace
}  // namespace peregrine::system
