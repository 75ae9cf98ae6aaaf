#include "system/statement_times.h"

#include <gtest/gtest.h>

#include <chrono>

namespace peregrine::system {
namespace {

using namespace std::chrono_literals;

TEST(StatementTimesTest, AStatementHasTheShapeThatPostgresqlShows) {
  const std::string shape =
      StatementTimes::shape_of("SELECT a FROM t WHERE id = $1 AND b IN ($2, $3)");
  EXPECT_EQ(shape, StatementTimes::shape_of("SELECT a FROM t WHERE id = 17 AND b IN ('x')"));
  EXPECT_EQ(StatementTimes::shape_of("SELECT $1, '$2', $"), "SELECT ?, ?, $");
}

TEST(StatementTimesTest, TimesAreKeptByShape) {
  StatementTimes times;
  times.add("SELECT 1", 1ms);
  times.add("SELECT 2", 3ms);
  times.add("SELECT a", 100ms);
  EXPECT_EQ(times.all().count(), 3U);
  ASSERT_NE(times.find("SELECT ?"), nullptr);
  EXPECT_EQ(times.find("SELECT ?")->count(), 2U);
  EXPECT_EQ(times.find("SELECT b"), nullptr);
  times.clear();
  EXPECT_EQ(times.all().count(), 0U);
}

TEST(StatementTimesTest, ShapesAreBounded) {
  StatementTimes times;
  for (size_t i = 0; i < 2 * StatementTimes::kMostShapes; ++i) {
    times.add("SELECT a" + std::to_string(i), 1ms);
  }
  EXPECT_EQ(times.all().count(), 2 * StatementTimes::kMostShapes);
  EXPECT_NE(times.find("SELECT a0"), nullptr);
  EXPECT_EQ(times.find("SELECT a" + std::to_string(StatementTimes::kMostShapes)), nullptr);
}

}  // namespace
}  // namespace peregrine::system
