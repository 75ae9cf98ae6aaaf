// What a step brings: `where`, `expect`, `lost` and `save`.
#include <fmt/core.h>

#include <algorithm>

#include "lang/bare_expression.h"
#include "lang/expectation.h"
#include "lang/step_reader.h"

namespace peregrine::lang {

// `where`, `expect`, `lost` and `save`, which see what the step itself brings.
void StepReader::read_outcome(const Fields& fields, const Verb& verb, Step& step) {
  if (const auto* use = std::get_if<UseAction>(&step.action)) {
    for (const auto& [name, slot] : use->outputs) step.seen.push_back({name, names_.enter(name)});
  }
  for (std::string_view name : verb.sees) {
    step.seen.push_back({std::string(name), names_.enter(name)});
  }
  if (const Node* where = !verb.list.empty() ? fields["where"] : nullptr) {
    step.where = read_expression(*where, "where", Needs::condition, This::known);
  }
  if (const Node* sent = verb.name == "receive" ? fields["sent_at"] : nullptr) {
    step.sent_at = read_sent_at(*sent);
  }
  if (const Node* expect = fields["expect"]) {
    step.expect = read_expectations(*expect, "expect", verb, step);
  }
  if (const Node* lost = fields["lost"]) {
    step.lost = read_expectations(*lost, "lost", verb, step);
  }
  if (const Node* save = fields["save"]) read_saves(*save, step);
  note_reads(step);
  names_.leave();
  // Declared only now: what is saved sees the names from before.
  for (Save& save : step.save) {
    if (!save.member) save.slot = names_.declare(save.name);
  }
  declare_saved(fields.node());
}

// When a message was sent, by what it says of itself.
std::optional<Expression> StepReader::read_sent_at(const Node& node) {
  Diagnostics& diagnostics = compilation_.diagnostics;
  auto expression = compile_bare(node, "sent_at", "json.sent_at", names_, diagnostics, This::known);
  if (expression && expression->constant()) {
    diagnostics.add(node.at, fmt::format("`{}` is the same for each message", expression->text),
                    "name the part of a message that says when it was sent: `sent_at: json.at`");
  }
  return expression;
}

// What the step needs to see.
void StepReader::note_reads(Step& step) {
  // All that is seen while waiting is told.
  const bool in_part =
      std::holds_alternative<HttpAction>(step.action) && !step.within && !step.stays;
  for (Seen& seen : step.seen) {
    const base::JsonSelection& read = names_.read_of(seen.slot);
    seen.read = read.all || !read.members.empty();
    seen.part = read;
    if (!in_part) seen.part.add_all();
  }
  for (const auto* expectations : {&step.expect, &step.lost}) {
    for (const Expectation& expectation : *expectations) {
      Seen& seen = step.seen[expectation.seen];
      seen.read = true;
      expectation.pattern.select(seen.part);
    }
  }
}

std::vector<Expectation> StepReader::read_expectations(const Node& node, std::string_view what,
                                                       const Verb& verb, Step& step) {
  Diagnostics& diagnostics = compilation_.diagnostics;
  std::vector<Expectation> expectations;
  if (verb.bare) {
    expectations.push_back({0, Pattern::compile(node, names_, diagnostics)});
    return expectations;
  }
  std::vector<std::string_view> sees;
  for (const Seen& seen : step.seen) sees.push_back(seen.name);
  const Fields parts(node, fmt::format("`{}` of `{}`", what, verb.name), diagnostics, sees);
  for (const auto& [key, value] : node.entries) {
    const auto seen = std::ranges::find(step.seen, key.text, &Seen::name);
    if (seen == step.seen.end()) continue;
    expectations.push_back({static_cast<size_t>(seen - step.seen.begin()),
                            compile_expectation(key.text, value, names_, diagnostics)});
  }
  return expectations;
}

void StepReader::read_saves(const Node& node, Step& step) {
  if (!check_map(node, "`save`", compilation_.diagnostics)) return;
  for (const auto& [key, value] : node.entries) {
    auto target = read_target(key);
    auto from = compile_bare(value, key.text, "json.id", names_, compilation_.diagnostics);
    if (!from || !target) continue;
    target->from = *std::move(from);
    step.save.push_back(*std::move(target));
  }
}

// `name`, `me.name` or `anna.name`.
std::optional<Save> StepReader::read_target(const Node& key) {
  const size_t point = key.text.find('.');
  if (point == std::string::npos) {
    check_name(key);
    return Save{0, std::nullopt, key.text, {}};
  }
  const std::string whose = key.text.substr(0, point);
  const std::string member = key.text.substr(point + 1);
  const auto& persons = compilation_.plan.persons;
  const auto found = std::ranges::find(persons, whose, &Person::name);
  std::optional<Slot> slot;
  if (whose == "me") {
    slot = names_.me();
  } else if (found != persons.end()) {
    slot = found->slot;
  }
  if (!slot) {
    compilation_.diagnostics.add(
        key.at,
        whose == "me" ? "nobody is `me` here" : fmt::format("there is no actor `{}` here", whose),
        whose == "me" ? "say who does the step: `as: NAME`"
                      : "what is saved is a name, or a part of an actor as in me.token");
    return std::nullopt;
  }
  if (!is_identifier(member)) {
    compilation_.diagnostics.add(key.at, fmt::format("`{}` cannot be a name", member),
                                 std::string(kIdentifierRule));
    return std::nullopt;
  }
  names_.add_member(*slot, member);
  return Save{*slot, member, key.text, {}};
}

}  // namespace peregrine::lang
