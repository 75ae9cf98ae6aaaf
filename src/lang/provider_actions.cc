// `actions`: what the third party, or its user there, does by itself.
#include <fmt/core.h>

#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

std::vector<ActionInput> read_inputs(const Node& node, Scope& scope, ProviderReader& reader) {
  std::vector<ActionInput> inputs;
  if (!check_map(node, "`with`", reader.diagnostics)) return inputs;
  for (const auto& [key, value] : node.entries) scope.names.announce(key.text, key.at.line);
  for (const auto& [key, value] : node.entries) {
    const bool good = check_new_name(key, "an input", scope.names, reader.diagnostics);
    FieldValue given = read_field_value(value, scope.names, reader);
    if (!good) continue;
    const auto* kind = std::get_if<GivenKind>(&given);
    const bool object = kind && kind->references.size() == 1 && kind->names.empty();
    const Slot slot =
        object ? scope.declare(key.text, Holds{kind->references[0]}) : scope.declare(key.text);
    inputs.push_back({slot, key.text, key.at, std::move(given)});
  }
  return inputs;
}

}  // namespace

void read_actions(const Node& node, ProviderReader& reader) {
  if (!check_map(node, "`actions`", reader.diagnostics)) return;
  if (!check_count(node, node.entries.size(), kMostActions, "actions", reader.diagnostics)) return;
  for (const auto& [key, value] : node.entries) {
    if (reader.diagnostics.full()) return;
    if (is_common_action(key.text)) {
      reader.diagnostics.add(key.at, fmt::format("every provider has the action `{}`", key.text),
                             "it puts or removes resources; choose another name");
    } else {
      check_identifier(key, "an action", reader.diagnostics);
    }
    const Fields keys(value, "an action", reader.diagnostics, {"with", "let", "do"});
    Scope scope = reader.base;
    ProviderAction action;
    action.name = key.text;
    action.at = key.at;
    if (const Node* with = keys["with"]) action.inputs = read_inputs(*with, scope, reader);
    if (const Node* lets = keys["let"]) action.lets = read_lets(*lets, scope, reader);
    if (const Node* effects = keys.required("do", "its effects are a list: do: [...]")) {
      action.effects = read_effects(*effects, scope, reader);
    }
    action.slots = scope.names.size();
    reader.spec.actions.push_back(std::move(action));
  }
}

}  // namespace peregrine::lang
