// `databases:` of a system.
#include <fmt/core.h>

#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

using Kind = DatabaseSpec::Kind;

std::optional<Kind> kind_named(std::string_view name) {
  if (name == "postgres") return Kind::postgres;
  if (name == "redis") return Kind::redis;
  return std::nullopt;
}

// What `kind` says, or the database's own name.
Kind read_kind(const Node& key, const Node* kind, SystemReading& reading) {
  Diagnostics& diagnostics = reading.diagnostics;
  if (!kind) {
    const auto named = kind_named(key.text);
    if (!named) {
      diagnostics.add(key.at, fmt::format("what kind of database `{}` is, is not said", key.text),
                      "write `kind: postgres` or `kind: redis`");
    }
    return named.value_or(Kind::postgres);
  }
  const std::string text = read_text(*kind, "`kind`", diagnostics);
  const auto named = kind_named(text);
  if (!named && !text.empty()) {
    diagnostics.add(kind->at, fmt::format("there is no kind of database `{}`", text),
                    suggestion(text, {"postgres", "redis"}));
  }
  return named.value_or(Kind::postgres);
}

DatabaseSpec read_database(const Node& key, const Node& value, Slot slot, SystemReading& reading) {
  const Fields fields(value, "a database", reading.diagnostics,
                      {"kind", "schema", "seed", "prepare", "env"});
  DatabaseSpec database;
  database.name = key.text;
  database.at = key.at;
  database.slot = slot;
  if (value.kind != Node::Kind::map) return database;
  database.kind = read_kind(key, fields["kind"], reading);
  if (database.kind == Kind::redis) {
    for (std::string_view only_sql : {"schema", "seed", "prepare", "env"}) {
      if (!fields[only_sql]) continue;
      reading.diagnostics.add(fields[only_sql]->at, fmt::format("a Redis has no `{}`", only_sql),
                              "it starts empty; let a service or `given:` fill it");
    }
    return database;
  }
  if (const Node* schema = fields["schema"]) {
    database.schema = reading.read_file_path(*schema, "`schema`");
  }
  if (const Node* seed = fields["seed"]) database.seed = reading.read_file_path(*seed, "`seed`");
  if (const Node* prepare = fields["prepare"]) {
    database.prepare = compile_command(*prepare, "`prepare`", reading.names, reading.diagnostics);
  }
  if (const Node* environment = fields["env"]) {
    database.environment = reading.read_variables(*environment, reading.names);
    if (!fields["prepare"]) {
      reading.diagnostics.add(environment->at, "`env` is for `prepare`, which is not here",
                              "write it at the service that needs it");
    }
  }
  return database;
}

}  // namespace

void declare_databases(const Node& node, SystemReading& reading) {
  if (!check_map(node, "`databases`", reading.diagnostics)) return;
  for (const auto& [key, value] : node.entries) {
    // Of one that cannot be declared the slot is not used: nothing is compiled to run.
    (void)reading.declare(key, "database");
  }
}

void read_databases(const Node& node, SystemReading& reading) {
  for (const auto& [key, value] : node.entries) {
    const auto slot = reading.names.find(key.text);
    reading.spec.databases.push_back(read_database(key, value, slot.value_or(0), reading));
  }
}

}  // namespace peregrine::lang
