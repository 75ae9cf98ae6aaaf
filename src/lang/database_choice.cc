#include "lang/database_choice.h"

#include <fmt/core.h>

#include <algorithm>

namespace peregrine::lang {

namespace {

// What messages say of a kind.
struct Words {
  std::string_view kind;  // as `kind:` has it
  std::string_view what;
  std::string_view remedy;
};

const Words& words_of(DatabaseSpec::Kind kind) {
  static constexpr Words kPostgres = {"postgres", "database",
                                      "name one under `databases:` in system.yaml"};
  static constexpr Words kRedis = {"redis", "Redis",
                                   "name it under `databases:` in system.yaml: `redis: {}`"};
  return kind == DatabaseSpec::Kind::redis ? kRedis : kPostgres;
}

// Without `db:` the first of the kind is meant, which may be one that the environment took away.
const Lacking* find_lacking_database(const VerbContext& context, const Node* chosen,
                                     std::string_view kind) {
  const auto& all = context.system.lacking;
  const auto found = std::ranges::find_if(all, [&](const Lacking& lacking) {
    if (lacking.what != "database") return false;
    return chosen ? lacking.name == chosen->text : lacking.kind == kind;
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string choose_database(const VerbContext& context, DatabaseSpec::Kind kind) {
  const Words& words = words_of(kind);
  std::vector<std::string_view> names;
  for (const DatabaseSpec& database : context.system.databases) {
    if (database.kind == kind) names.push_back(database.name);
  }
  const Node* chosen = context.fields["db"];
  if (chosen || names.empty()) {
    if (const Lacking* lacking = find_lacking_database(context, chosen, words.kind)) {
      context.lacks = lacking->reason(context.system.environment);
      return lacking->name;
    }
  }
  if (names.empty()) {
    context.diagnostics.add(context.argument.at,
                            fmt::format("the system has no {} to ask", words.what),
                            std::string(words.remedy));
    return "";
  }
  if (!chosen) return std::string(names.front());
  std::string name = read_text(*chosen, "`db`", context.diagnostics);
  if (!name.empty() && std::ranges::find(names, name) == names.end()) {
    context.diagnostics.add(chosen->at, fmt::format("there is no {} `{}`", words.what, name),
                            suggestion(name, names));
  }
  return name;
}

}  // namespace peregrine::lang
