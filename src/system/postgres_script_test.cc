#include "system/postgres_script.h"

#include <gtest/gtest.h>

#include "system/postgres_fixture.h"

namespace peregrine::system {
namespace {

class PostgresScriptTest : public PostgresTest {};

TEST_F(PostgresScriptTest, AScriptMayUseAllThatDumpsUse) {
  EXPECT_EQ(run(R"(-- a dump
\restrict abc
CREATE TABLE t(id int, x text); /* a ; /* nested ; */ ; */
INSERT INTO t VALUES (1, 'a;b'), (2, E'it\'s;'), (3, 'it''s;'), (4, $q$ $$;'$q$);
COPY public.t (id, x) FROM stdin;
10	ten
11	\N
\.

CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
CREATE FUNCTION g(n int) RETURNS int BEGIN ATOMIC
  SELECT CASE WHEN n > 0 THEN 1 ELSE 2 END; SELECT 7;
END;
CREATE RULE r AS ON DELETE TO t DO ALSO (SELECT 1; SELECT 2);
CREATE TABLE "odd;""name"(a$b int);;
\unrestrict abc
INSERT INTO t VALUES (5, 'no semicolon'))"),
            "");
  EXPECT_EQ(ask("SELECT coalesce(x, 'NULL') FROM t ORDER BY id"),
            "a;b it's; it's;  $$;' no semicolon ten NULL");
  EXPECT_EQ(ask("SELECT g(0) + f()"), "8");
}

TEST_F(PostgresScriptTest, AnErrorInAScriptNamesItsLine) {
  EXPECT_EQ(run("SELECT 1;\n\n-- ü\nSELECT 'ü',\n  'ü' selct\n  nowhere;"),
            "x.sql:6: ERROR 42601: syntax error at or near \"nowhere\"");
  EXPECT_EQ(run("SELECT 1;\nCREATE TABLE u(id int UNIQUE);\nINSERT INTO u VALUES (1),\n (1);")
                .substr(0, 19),
            "x.sql:3: ERROR 2350");
  EXPECT_EQ(run("SELECT 1;\nSELECT 'open"), "x.sql:2: a string has no end");
  EXPECT_EQ(run("SELECT 1;\n/* open"), "x.sql:2: a comment has no end");
  EXPECT_EQ(run("\n\\connect other"), "x.sql:2: a command of psql, not SQL: \\connect other");
  EXPECT_EQ(run("COPY u FROM stdin;\n1\n"),
            "x.sql:1: the data of this COPY has no end, a line with \\.");
}

TEST_F(PostgresScriptTest, AScriptThatIsNotThereIsSaidSo) {
  const auto done = loop().run(run_sql_file(*db_, "/nowhere/schema.sql", loop().in(5s)));
  EXPECT_EQ(done.error().text, "cannot read /nowhere/schema.sql");
}

}  // namespace
}  // namespace peregrine::system
