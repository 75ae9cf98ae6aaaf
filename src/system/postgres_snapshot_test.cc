#include "system/postgres_snapshot.h"

#include <gtest/gtest.h>

#include "system/postgres_fixture.h"

namespace peregrine::system {
namespace {

class PostgresSnapshotTest : public PostgresTest {};

constexpr const char* kSchema = R"(
CREATE TABLE accounts(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,
                      shout text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE entries(id serial PRIMARY KEY, account int REFERENCES accounts ON DELETE CASCADE);
CREATE TABLE log(what text);
CREATE TABLE parts(k int, v text) PARTITION BY LIST (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
CREATE TABLE parent(a int);
CREATE TABLE child(b int) INHERITS (parent);
CREATE SCHEMA "Other";
CREATE TABLE "Other"."Odd ""name"("Col" int);
CREATE SEQUENCE "Other"."Se'q";
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT OR DELETE ON entries EXECUTE FUNCTION note();
INSERT INTO accounts(name) VALUES ('ann'), ('bob');
INSERT INTO entries(account) VALUES (1), (2), (2);
INSERT INTO parts VALUES (1, 'x'), (2, 'y');
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 3);
INSERT INTO "Other"."Odd ""name" VALUES (7);
)";

constexpr const char* kState = R"(
SELECT (SELECT string_agg(id || shout, ',') FROM accounts) || ' ' ||
       (SELECT string_agg(id || ':' || account, ',') FROM entries) || ' ' ||
       (SELECT string_agg(what, ',') FROM log) || ' ' ||
       (SELECT string_agg(k || v, ',') FROM parts) || ' ' ||
       (SELECT string_agg(a::text, ',') FROM parent) || ' ' ||
       (SELECT string_agg("Col"::text, ',') FROM "Other"."Odd ""name"))";

TEST_F(PostgresSnapshotTest, ASnapshotPutsRowsAndSequencesBack) {
  ASSERT_EQ(run(kSchema), "");
  const std::string before = ask(kState);
  EXPECT_EQ(before, "1ANN,2BOB 1:1,2:2,3:2 INSERT 1x,2y 1,2 7");
  auto snapshot = loop().run(PostgresSnapshot::take(*db_, loop().in(5s)));
  ASSERT_TRUE(snapshot) << snapshot.error().to_string();
  EXPECT_EQ(snapshot->tables(), 8U);
  for (int play = 0; play < 3; ++play) {
    ASSERT_EQ(run("DELETE FROM accounts WHERE id = 1; INSERT INTO accounts(name) VALUES ('cy');"
                  "UPDATE accounts SET name = 'x'; INSERT INTO entries(account) VALUES (3);"
                  "UPDATE parts SET k = 2; TRUNCATE child; DELETE FROM \"Other\".\"Odd \"\"name\";"
                  "SELECT nextval('\"Other\".\"Se''q\"')"),
              "");
    EXPECT_NE(ask(kState), before);
    const auto restored = loop().run(snapshot->restore(*db_, loop().in(5s)));
    ASSERT_TRUE(restored) << restored.error().to_string();
    EXPECT_EQ(ask(kState), before);
    EXPECT_EQ(ask("SELECT count(*) FROM ONLY parent"), "1");
    EXPECT_EQ(ask("SELECT nextval('\"Other\".\"Se''q\"')"), "1");
    EXPECT_EQ(ask("INSERT INTO accounts(name) VALUES ('dee') RETURNING id"), "3");
  }
}

TEST_F(PostgresSnapshotTest, ASnapshotOfNothingTouchesNothing) {
  auto snapshot = loop().run(PostgresSnapshot::take(*db_, loop().in(5s)));
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(loop().run(snapshot->restore(*db_, loop().in(5s))));
  EXPECT_EQ(ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'peregrine_snapshot'"), "0");
}

TEST_F(PostgresSnapshotTest, ASnapshotThatCannotBeRestoredSaysWhy) {
  ASSERT_EQ(run("CREATE TABLE t(a int); INSERT INTO t VALUES (1); CREATE TABLE u(a int)"), "");
  auto snapshot = loop().run(PostgresSnapshot::take(*db_, loop().in(5s)));
  ASSERT_TRUE(snapshot);
  ASSERT_EQ(run("DROP TABLE u"), "");
  const auto restored = loop().run(snapshot->restore(*db_, loop().in(5s)));
  ASSERT_FALSE(restored);
  EXPECT_NE(restored.error().text.find("\"public.u\" does not exist"), std::string::npos);
  EXPECT_FALSE(db_->in_transaction());
  EXPECT_EQ(ask("SELECT count(*) FROM t"), "1");
}

}  // namespace
}  // namespace peregrine::system
