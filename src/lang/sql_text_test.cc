#include "lang/sql_text.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

using At = SqlText::At;

At after(std::string_view sql) {
  SqlText text;
  text.read(sql);
  return text.at();
}

TEST(SqlTextTest, KnowsWhereItsEndStands) {
  EXPECT_EQ(after("select "), At::value);
  EXPECT_EQ(after("select '"), At::text);
  EXPECT_EQ(after("select 'it''s"), At::text);
  EXPECT_EQ(after("select 'it''s' || "), At::value);
  EXPECT_EQ(after(R"(select '\' || )"), At::value);  // a backslash means nothing
  EXPECT_EQ(after(R"(select E'\' || )"), At::text);  // except here
  EXPECT_EQ(after("select \"col"), At::name);
  EXPECT_EQ(after("select \"a\"\"b\" "), At::value);
  EXPECT_EQ(after("-- it's"), At::comment);
  EXPECT_EQ(after("-- it's\n"), At::value);
  EXPECT_EQ(after("/* /* */ "), At::comment);
  EXPECT_EQ(after("/* /* */ */"), At::value);
  EXPECT_EQ(after("select $$it's "), At::dollar_text);
  EXPECT_EQ(after("select $a$ $$ $b$ "), At::dollar_text);
  EXPECT_EQ(after("select $a$ $$ $a$"), At::value);
  EXPECT_EQ(after("select a$b$c"), At::value);  // a name may hold dollars
  EXPECT_EQ(after("select '--' , "), At::value);
}

TEST(SqlTextTest, GoesOnFromPieceToPiece) {
  SqlText text;
  text.read("select 'a");
  text.read("b' || ");
  EXPECT_EQ(text.at(), At::value);
  text.read("'x");
  EXPECT_EQ(text.at(), At::text);
}

TEST(SqlTextTest, FindsNumberedParametersWhereValuesStand) {
  EXPECT_EQ(SqlText().read("id = $1"), 5U);
  EXPECT_EQ(SqlText().read("id = '$1'"), std::nullopt);
  EXPECT_EQ(SqlText().read("-- $1"), std::nullopt);
  EXPECT_EQ(SqlText().read("a$1"), std::nullopt);
  EXPECT_EQ(SqlText().read("price > $ 1"), std::nullopt);
}

TEST(SqlTextTest, KnowsStatementsThatWrite) {
  EXPECT_TRUE(sql_writes("insert into a values (1)"));
  EXPECT_TRUE(sql_writes("  UPDATE a set b = 1"));
  EXPECT_TRUE(sql_writes("Delete\nfrom a"));
  EXPECT_FALSE(sql_writes("select * from updates"));
  EXPECT_FALSE(sql_writes("with a as (select 1) select * from a"));
  EXPECT_FALSE(sql_writes(""));
  EXPECT_TRUE(sql_writes("-- why\n  -- this\nupdate a set b = 1"));
  EXPECT_TRUE(sql_writes("/* a /* b */ */ delete from a"));
  EXPECT_FALSE(sql_writes("-- update a"));
  EXPECT_FALSE(sql_writes("/* a */ select 1 /* update */"));
  EXPECT_FALSE(sql_writes("/* delete"));
}

}  // namespace
}  // namespace peregrine::lang
