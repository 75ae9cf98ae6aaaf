#include <gtest/gtest.h>

#include "system/content_table.h"
#include "system/drawn.h"

namespace peregrine::system {
namespace {

using base::List;
using base::Map;
using base::Value;

Drawn some() {
  Drawn drawn;
  drawn.add_id("ch_abc");
  drawn.add_sequence(17);
  return drawn;
}

TEST(Comparable, TakesWhatWasDrawnForNew) {
  EXPECT_EQ(comparable(Value("ch_abc"), some()), "new");
  EXPECT_EQ(comparable(Value("ch_abd"), some()), "ch_abd");
  EXPECT_EQ(comparable(Value(17), some()), "new");
  EXPECT_EQ(comparable(Value(16), some()), "16");
  EXPECT_EQ(comparable(Value(117), some()), "117");
  EXPECT_EQ(comparable_text("18", some()), "new");
  EXPECT_EQ(comparable_text("/charges/ch_abc/refunds", some()), "/charges/new/refunds");
  EXPECT_EQ(comparable_text("bill-17", some()), "bill-17");
  EXPECT_EQ(comparable(Value(Map{{"order", 18}, {"charge", "ch_abc"}, {"cents", 500}}), some()),
            "{cents:500,charge:new,order:new,}");
  EXPECT_EQ(comparable(Value(List{17, "a"}), some()), "[new,a,]");
}

TEST(Comparable, TakesInstantsForOne) {
  EXPECT_EQ(comparable(Value(base::WallTime{}), Drawn()), "a time");
  EXPECT_EQ(comparable_text("2025-06-09T08:00:00Z", Drawn()), "a time");
  EXPECT_EQ(comparable(Value(1'749'456'000), Drawn()), "a time");
  EXPECT_EQ(comparable_text("1749456000123", Drawn()), "a time");
  EXPECT_EQ(comparable(Value(5'000), Drawn()), "5000");
}

TEST(Comparable, LooksAtNoNumberInAText) {
  EXPECT_EQ(comparable_text("Order 17 of 09:30", some()), "Order # of #:#");
  EXPECT_EQ(comparable_text("Order 4711 of room ch_abc", some()), "Order # of room new");
}

TEST(Comparable, OfWhatIsNestedWithoutEndEnds) {
  Value deep(1);
  for (int i = 0; i < 5'000; ++i) deep = Value(List{deep});
  EXPECT_LT(comparable(deep, Drawn()).size(), 1'000U);
}

TEST(ContentTable, ComparesRowsInAnyOrder) {
  const ContentTable one{"acme.charges", {"bill", "at"}, {{"1", "a"}, {"2", "b"}}};
  const ContentTable same{"acme.charges", {"bill", "at"}, {{"2", "b"}, {"1", "a"}}};
  EXPECT_EQ(digest_of(one, {}), digest_of(same, {}));
  EXPECT_TRUE(digest_of(one, {}).starts_with("acme.charges "));
  EXPECT_EQ(parts_of(one), parts_of(same));
  const ContentTable crossed{"acme.charges", {"bill", "at"}, {{"2", "a"}, {"1", "b"}}};
  EXPECT_EQ(parts_of(one), parts_of(crossed));
  EXPECT_NE(digest_of(one, {}), digest_of(crossed, {}));
}

TEST(ContentTable, LeavesColumnsOutAndCountsRows) {
  const ContentTable one{"mail", {"to", "text"}, {{"anna", "a"}}};
  const ContentTable other{"mail", {"to", "text"}, {{"anna", "b"}}};
  EXPECT_NE(digest_of(one, {}), digest_of(other, {}));
  EXPECT_EQ(digest_of(one, {"mail.text"}), digest_of(other, {"mail.text"}));
  const ContentTable twice{"mail", {"to", "text"}, {{"anna", "a"}, {"anna", "a"}}};
  EXPECT_NE(digest_of(one, {"mail.text", "mail.to"}), digest_of(twice, {"mail.text", "mail.to"}));
  const ContentTable merged{"mail", {"to", "text"}, {{"annaa", ""}}};
  EXPECT_NE(digest_of(one, {}), digest_of(merged, {}));
}

}  // namespace
}  // namespace peregrine::system
