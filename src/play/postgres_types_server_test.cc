// Values and PostgreSQL's types against a real server, both ways.
#include <gtest/gtest.h>

#include "base/json.h"
#include "lang/template.h"
#include "play/postgres_types.h"
#include "system/postgres_fixture.h"

namespace peregrine::play {
namespace {

using base::Kind;
using base::Value;
using namespace std::chrono_literals;

struct Case {
  const char* type;
  const char* literal;
  Kind kind;
  const char* reads;  // as text
};

// One row for each type, and for each of its values that other programs lose.
constexpr std::array kCases = {
    Case{"bool", "true", Kind::boolean, "true"},
    Case{"int2", "-32768", Kind::int64, "-32768"},
    Case{"int8", "-9223372036854775808", Kind::int64, "-9223372036854775808"},
    Case{"oid", "4294967295", Kind::int64, "4294967295"},
    Case{"float4", "0.1", Kind::real, "0.1"},
    Case{"float8", "0.1", Kind::real, "0.1"},
    Case{"float8", "5e-324", Kind::real, "5e-324"},
    Case{"float8", "1e6", Kind::real, "1000000"},
    Case{"float8", "NaN", Kind::text, "NaN"},
    Case{"float4", "-Infinity", Kind::text, "-Infinity"},
    Case{"numeric", "12345678901234567890.125", Kind::decimal, "12345678901234567890.125"},
    Case{"numeric", "1.50", Kind::decimal, "1.5"},
    Case{"numeric", "1e1000", Kind::decimal, "1e+1000"},
    Case{"numeric", "-1e-1000", Kind::decimal, "-1e-1000"},
    Case{"numeric", "NaN", Kind::text, "NaN"},
    Case{"numeric", "Infinity", Kind::text, "Infinity"},
    Case{"text", "žluťoučký 猫 \"'\\{}", Kind::text, "žluťoučký 猫 \"'\\{}"},
    Case{"varchar(3)", "abc", Kind::text, "abc"},
    Case{"bytea", "\\x00ff5c", Kind::bytes, nullptr},
    Case{"uuid", "7C9E6679-7425-40de-944b-e07fc1f90ae7", Kind::text,
         "7c9e6679-7425-40de-944b-e07fc1f90ae7"},
    Case{"timestamptz", "2025-06-09 10:00:00.123456+02", Kind::timestamp,
         "2025-06-09T08:00:00.123456Z"},
    Case{"timestamptz", "1880-01-01 00:00:00 Europe/Berlin", Kind::timestamp,
         "1879-12-31T23:06:32Z"},
    Case{"timestamptz", "infinity", Kind::text, "infinity"},
    Case{"timestamptz", "-infinity", Kind::text, "-infinity"},
    Case{"timestamptz", "0044-03-15 00:00:00Z BC", Kind::text, nullptr},
    Case{"timestamptz", "9999-12-31 23:59:59Z", Kind::text, nullptr},
    Case{"timestamp", "2025-06-09 10:00:00.000001", Kind::text, "2025-06-09 10:00:00.000001"},
    Case{"date", "2025-06-09", Kind::text, "2025-06-09"},
    Case{"date", "0044-03-15 BC", Kind::text, "0044-03-15 BC"},
    Case{"time", "24:00:00", Kind::text, "24:00:00"},
    Case{"timetz", "10:00:00.5+02", Kind::text, "10:00:00.5+02"},
    Case{"interval", "1 year 2 mons -3 days 04:05:06.789", Kind::text,
         "1 year 2 mons -3 days +04:05:06.789"},
    Case{"money", "-1234.50", Kind::text, nullptr},
    Case{"jsonb", R"({"n": 12345678901234567890.5, "a": [1, null]})", Kind::map,
         R"({"a":[1,null],"n":12345678901234567890.5})"},
    Case{"json", R"({"a": 1, "a": 2})", Kind::text, R"({"a": 1, "a": 2})"},
    Case{"jsonb", "7", Kind::int64, "7"},
    Case{"int4range", "[1,5]", Kind::text, "[1,6)"},
    Case{"inet", "10.0.0.1/8", Kind::text, "10.0.0.1/8"},
    Case{"int4[]", "{{1,NULL},{3,4}}", Kind::list, "[[1,null],[3,4]]"},
    Case{"int4[]", "[0:1]={1,2}", Kind::text, "[0:1]={1,2}"},
    Case{"numeric[]", "{1e30,NaN,0.1}", Kind::list,
         R"([1000000000000000000000000000000,"NaN",0.1])"},
    Case{"float8[]", "{0.1,Infinity}", Kind::list, R"([0.1,"Infinity"])"},
    Case{"bool[]", "{t,f,NULL}", Kind::list, "[true,false,null]"},
    Case{"text[]", R"({"a,b","NULL",NULL,"say \"x\"","\\",""})", Kind::list,
         R"(["a,b","NULL",null,"say \"x\"","\\",""])"},
    Case{"bytea[]", R"({"\\x00ff"})", Kind::list, R"(["AP8="])"},
    Case{"date[]", "{2025-06-09,infinity}", Kind::list, R"(["2025-06-09","infinity"])"},
    Case{"timestamp[]", "{2025-06-09 10:00}", Kind::list, R"(["2025-06-09 10:00:00"])"},
    Case{"timestamptz[]", "{2025-06-09 10:00Z,infinity}", Kind::list,
         R"(["2025-06-09T10:00:00Z","infinity"])"},
    Case{"interval[]", "{1 mon,01:00:00}", Kind::list, R"(["1 mon","01:00:00"])"},
    Case{"uuid[]", "{7c9e6679-7425-40de-944b-e07fc1f90ae7}", Kind::list, nullptr},
    Case{"jsonb[]", R"({"{\"a\": 1}",NULL})", Kind::list, R"([{"a":1},null])"},
    Case{"money[]", R"({"$1,234.50"})", Kind::list, nullptr},
    Case{"int4range[]", R"x({"[1,3)"})x", Kind::list, R"x(["[1,3)"])x"},
    Case{"mood", "sad", Kind::text, "sad"},
    Case{"price", "1.10", Kind::decimal, "1.1"},
    Case{"point3", "(1,,\"a b\")", Kind::text, "(1,,\"a b\")"},
};

class PostgresTypesServerTest : public system::PostgresTest {
 protected:
  net::Rows rows(std::string sql, std::vector<net::Cell> parameters = {}) {
    auto got = loop().run(db_->query(std::move(sql), std::move(parameters), loop().in(5s)));
    EXPECT_TRUE(got) << got.error().to_string();
    return got ? *std::move(got) : net::Rows{};
  }
  void make_types() {
    EXPECT_EQ(run("create type mood as enum ('glad', 'sad'); create domain price as numeric;"
                  "create type point3 as (x int, y int, name text)"),
              "");
  }
};

TEST_F(PostgresTypesServerTest, EachTypeBothWays) {
  make_types();
  for (const Case& one : kCases) {
    SCOPED_TRACE(fmt::format("{} {}", one.type, one.literal));
    const net::Rows there = rows(fmt::format("select $1::text::{}", one.type), {one.literal});
    ASSERT_EQ(there.cells.size(), 1U);
    const Value value = from_postgres(there.columns[0], there.cells[0][0]);
    EXPECT_EQ(value.kind(), one.kind);
    if (one.reads) EXPECT_EQ(lang::to_text(value), one.reads);
    // As a parameter it is the same value again. `json` has no `=`, so its text is compared.
    const bool json = one.type == std::string_view("json") || one.type == std::string_view("jsonb");
    const net::Cell back = json && !value.is_text() ? base::to_json(value) : to_postgres(value);
    const net::Rows same = rows(fmt::format("select $1::{0}{1} = $2::text::{0}{1}", one.type,
                                            one.type == std::string_view("json") ? "::text" : ""),
                                {back, one.literal});
    ASSERT_EQ(same.cells.size(), 1U);
    EXPECT_EQ(same.cells[0][0], "t") << "sent as " << back.value_or("NULL");
  }
}

// Whatever a database or a role has set.
TEST_F(PostgresTypesServerTest, TheTextFormsAreFixed) {
  EXPECT_EQ(run(fmt::format("alter database \"{0}\" set datestyle = 'German, DMY';"
                            "alter database \"{0}\" set intervalstyle = 'sql_standard';"
                            "alter database \"{0}\" set bytea_output = 'escape';"
                            "alter database \"{0}\" set extra_float_digits = -5",
                            database_)),
            "");
  auto connection = loop().run(server_.postgres->connect(database_, loop().in(5s)));
  ASSERT_TRUE(connection) << connection.error().to_string();
  db_ = std::make_unique<net::PostgresConnection>(*std::move(connection));
  const net::Rows got = rows(
      "select '2025-06-09T08:00:00Z'::timestamptz, '2025-06-09'::date, '1 mon'::interval, "
      "'\\xff00'::bytea, 0.30000000000000004::float8");
  EXPECT_EQ(from_postgres(got.columns[0], got.cells[0][0]).kind(), Kind::timestamp);
  EXPECT_EQ(got.cells[0][1], "2025-06-09");
  EXPECT_EQ(got.cells[0][2], "1 mon");
  EXPECT_EQ(from_postgres(got.columns[3], got.cells[0][3]),
            Value(base::Bytes{std::string("\xff\0", 2)}));
  EXPECT_EQ(from_postgres(got.columns[4], got.cells[0][4]), Value(0.30000000000000004));
}

TEST_F(PostgresTypesServerTest, TextWithU0000IsRefusedAndNotCut) {
  const auto got =
      loop().run(db_->query("select $1::text", {std::string("a\0b", 3)}, loop().in(5s)));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().text, "PostgreSQL's text cannot hold the character U+0000");
  EXPECT_EQ(ask("select 1"), "1");
}

}  // namespace
}  // namespace peregrine::play
