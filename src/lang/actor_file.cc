#include "lang/actor_file.h"

#include <fmt/core.h>

namespace peregrine::lang {

namespace {

std::optional<Node> copy_of(const Node* node) { return node ? std::optional(*node) : std::nullopt; }

ActorSpec read_actor(const Node& key, const Node& value, Diagnostics& diagnostics) {
  const Fields fields(value, "an actor", diagnostics, {"data", "login", "expires", "headers"});
  if (fields["data"]) check_map(*fields["data"], "`data`", diagnostics);
  if (fields["headers"]) check_map(*fields["headers"], "`headers`", diagnostics);
  if (fields["expires"] && !fields["login"]) {
    diagnostics.add(fields["expires"]->at, "`expires` without a `login` that could be repeated",
                    "say under `login:` which steps log in");
  }
  return {key.text,
          key.at,
          copy_of(fields["data"]),
          copy_of(fields["login"]),
          copy_of(fields["expires"]),
          copy_of(fields["headers"])};
}

}  // namespace

std::vector<ActorSpec> read_actors(const Node& node, Diagnostics& diagnostics) {
  std::vector<ActorSpec> actors;
  if (!check_map(node, "`actors`", diagnostics)) return actors;
  for (const auto& [key, value] : node.entries) {
    if (is_identifier(key.text) && key.text != "me" && key.text != "nobody") {
      actors.push_back(read_actor(key, value, diagnostics));
      continue;
    }
    diagnostics.add(key.at, fmt::format("`{}` cannot name an actor", key.text),
                    "a name has letters, digits and _, does not begin with a digit, and is "
                    "neither `me` nor `nobody`");
  }
  return actors;
}

std::vector<InvariantSpec> read_invariants(const Node& node, Diagnostics& diagnostics) {
  std::vector<InvariantSpec> invariants;
  if (!check_map(node, "`invariants`", diagnostics)) return invariants;
  for (const auto& [key, value] : node.entries) {
    const Fields fields(value, "an invariant", diagnostics,
                        {"sql", "check", "db", "expect", "within", "when"});
    const Node* when = fields["when"];
    if (when && when->text != "always" && when->text != "settled") {
      diagnostics.add(when->at,
                      fmt::format("an invariant holds `always` or when `settled`, this is {}",
                                  when->describe()),
                      "write `when: always`, or leave it out for settled");
    }
    if (value.kind == Node::Kind::map && !fields["sql"] && !fields["check"]) {
      diagnostics.add(key.at, "an invariant needs `sql` or `check`",
                      "it says what is always true: `check: CEL`, or `sql:` and `expect:`");
      continue;
    }
    if (fields["sql"] && !fields["expect"]) {
      diagnostics.add(key.at, "an invariant with `sql` needs `expect`",
                      "say what the query finds: `expect: { rows: [] }`");
    }
    invariants.push_back({key.text, value, when && when->text == "always"});
  }
  return invariants;
}

}  // namespace peregrine::lang
