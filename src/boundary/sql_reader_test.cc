#include "boundary/sql_reader.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace peregrine::boundary {
namespace {

// "doctors rwl, shifts r", by name.
std::string touched(SqlReader& reader, std::string_view sql) {
  std::vector<std::string> all;
  for (const Touch& touch : reader.read(sql).touches) {
    all.push_back(fmt::format("{} {}{}{}", touch.what, touch.how & Touch::kReads ? "r" : "",
                              touch.how & Touch::kWrites ? "w" : "",
                              touch.how & Touch::kLocks ? "l" : ""));
  }
  std::ranges::sort(all);
  return fmt::format("{}", fmt::join(all, ", "));
}

TEST(SqlReader, tells_what_queries_read) {
  SqlReader reader;
  EXPECT_EQ(touched(reader, "SELECT 1"), "");
  EXPECT_EQ(touched(reader, "SELECT * FROM a JOIN s.b ON true WHERE x IN (SELECT y FROM c)"),
            "a r, b r, c r");
  EXPECT_EQ(touched(reader, "SELECT * FROM a WHERE id = $1 FOR UPDATE"), "a rl");
  EXPECT_EQ(touched(reader, "WITH n AS (SELECT * FROM a) SELECT * FROM n"), "a r");
  EXPECT_EQ(touched(reader, "SELECT pg_advisory_xact_lock($1)"), "an advisory lock wl");
  EXPECT_EQ(touched(reader, "SELECT b.oid FROM pg_catalog.pg_type a JOIN pg_type b ON true"), "");
  EXPECT_EQ(touched(reader, "SELECT FROM pg_class, pg_namespace"), "pg_class r, pg_namespace r");
  EXPECT_EQ(touched(reader, "SELECT FROM pg_type, a"), "a r, pg_type r");
}

TEST(SqlReader, tells_what_statements_change) {
  SqlReader reader;
  EXPECT_EQ(touched(reader, "INSERT INTO a (x) SELECT y FROM b"), "a w, b r");
  EXPECT_EQ(touched(reader, "INSERT INTO a (x) VALUES (1) ON CONFLICT DO NOTHING"), "a rwl");
  EXPECT_EQ(touched(reader, "UPDATE a SET x = (SELECT max(y) FROM b)"), "a rwl, b r");
  EXPECT_EQ(touched(reader, "DELETE FROM a"), "a rwl");
  EXPECT_EQ(touched(reader, "WITH d AS (DELETE FROM a RETURNING x) INSERT INTO b SELECT x FROM d"),
            "a rwl, b w");
  EXPECT_EQ(touched(reader, "COPY a (x) FROM STDIN"), "a w");
  EXPECT_EQ(touched(reader, "COPY a TO STDOUT"), "a r");
  EXPECT_EQ(touched(reader, "COPY (SELECT x FROM a JOIN b ON true) TO STDOUT"), "a r, b r");
  EXPECT_FALSE(reader.read("COPY a FROM STDIN").changes_rows);
  EXPECT_EQ(touched(reader, "TRUNCATE a"), "* wl");
  EXPECT_EQ(touched(reader, "this is no SQL"), "* wl");
  EXPECT_TRUE(reader.read("DELETE FROM a").changes_rows);
  EXPECT_FALSE(reader.read("DELETE FROM a; DELETE FROM b").changes_rows);
  EXPECT_FALSE(reader.read("SELECT 1").changes_rows);
}

TEST(SqlReader, follows_transactions) {
  SqlReader reader;
  EXPECT_TRUE(reader.read("BEGIN").begins);
  EXPECT_FALSE(reader.read("BEGIN").repeatable);
  EXPECT_TRUE(reader.read("begin transaction isolation level Serializable").repeatable);
  EXPECT_TRUE(reader.read("COMMIT").ends);
  EXPECT_TRUE(reader.read("ROLLBACK").rolls_back);
  EXPECT_FALSE(reader.read("ROLLBACK TO SAVEPOINT a").ends);
  EXPECT_EQ(touched(reader, "SET TIME ZONE 'UTC'"), "");
}

TEST(SqlReader, tells_who_only_gives_advisory_locks_back) {
  SqlReader reader;
  EXPECT_TRUE(reader.read("SELECT pg_advisory_unlock_all(); UNLISTEN *").only_unlocks);
  EXPECT_FALSE(reader.read("SELECT pg_advisory_lock(1), pg_advisory_unlock(2)").only_unlocks);
  EXPECT_FALSE(reader.read("SELECT 1").only_unlocks);
}

TEST(SqlReader, looks_through_views_and_takes_functions_for_anything) {
  SqlReader reader;
  reader.set_catalog({"book"}, {{"free_slots", {"slots", "bookings"}}});
  EXPECT_EQ(touched(reader, "SELECT * FROM free_slots"), "bookings r, free_slots r, slots r");
  EXPECT_EQ(touched(reader, "SELECT book(1), count(*) FROM a"), "* wl, a r");
}

}  // namespace
}  // namespace peregrine::boundary
