// together, each, repeat: verbs with steps of their own.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/place_within.h"
#include "lang/step_reader.h"

namespace peregrine::lang {

namespace {

constexpr int64_t kMostBranches = 1000;
constexpr int64_t kMostRounds = 100'000;

// A branch is a step or a list of steps; what it saves is its own.
TogetherAction::Branch read_branch(const Node& node, const VerbContext& context) {
  context.names.open_block();
  Steps steps;
  if (node.kind == Node::Kind::list) {
    steps = context.steps.read_steps(node, "together");
  } else if (auto step = context.steps.read_step(node)) {
    steps.push_back(*std::move(step));
  }
  auto names = saved_names(steps);
  context.names.close_block();
  for (const auto& [name, slot] : names) {
    if (!context.names.find(name)) context.names.note_branch(name, node.at.line);
  }
  return {std::move(steps), std::move(names)};
}

// Names of the journey that stand for something which changes by itself.
bool changes_by_itself(const VerbContext& context, Slot slot) {
  const auto& providers = context.system.providers;
  return context.names.is_person(slot) ||
         std::ranges::any_of(providers, [&](const ProviderUse& provider) {
           return context.names.find(provider.name) == slot;
         });
}

// An `until` that no round can change holds after the first or never.
void check_until(const VerbContext& context, const Node& node, const RepeatAction& action) {
  const bool steady = action.until.is_steady(
      [&](Slot slot) { return changes_by_itself(context, slot) || may_set(action.steps, slot); });
  if (!steady || action.until.constant() || action.steps.empty()) return;
  context.diagnostics.add(
      node.at, fmt::format("nothing in these steps changes what `{}` reads", action.until.text),
      "save in one of them what it waits for, as in `save: { page: json.next }`");
}

}  // namespace

// A list of branches, or one branch several times.
Action compile_together(const VerbContext& context) {
  TogetherAction action;
  const Node& node = context.argument;
  if (node.kind == Node::Kind::map) {
    const Fields fields(node, "`together`", context.diagnostics, {"times", "steps"});
    const Node* times = fields.required("times", "it is how often `steps` are played at once");
    const Node* steps = fields.required("steps", "they are a list: each begins with `- `");
    if (times) action.times = read_count(*times, "`times`", kMostBranches, context.diagnostics);
    if (steps && steps->kind == Node::Kind::list) {
      action.branches.push_back(read_branch(*steps, context));
    } else if (steps) {
      (void)context.steps.read_steps(*steps, "steps");
    }
  } else if (node.kind == Node::Kind::list && node.items.size() >= 2) {
    for (const Node& branch : node.items) action.branches.push_back(read_branch(branch, context));
  } else {
    context.diagnostics.add(
        node.at,
        fmt::format("`together` takes two branches or more, this is {}",
                    node.items.size() == 1 ? "one" : node.describe()),
        "each begins with `- `; for one several times write { times: 10, steps: [...] }");
  }
  return action;
}

// `each: s in stages`
Action compile_each(const VerbContext& context) {
  EachAction action{};
  const Node& node = context.argument;
  const std::string text = node.kind == Node::Kind::scalar ? node.text : "";
  const size_t in = text.find(" in ");
  const std::string_view name = base::trimmed(std::string_view(text).substr(0, in));
  context.names.open_block();
  if (in == std::string::npos || !is_identifier(name)) {
    context.diagnostics.add(
        node.at, fmt::format("`each` says which name stands for what, this is {}", node.describe()),
        "write it as `each: s in stages`");
  } else {
    if (context.names.find(name)) {
      context.diagnostics.add(node.at, fmt::format("the name `{}` is taken", name),
                              "choose another name for the element");
    }
    const size_t from = in + 4;
    auto list = compile_expression(std::string_view(text).substr(from), node, from, context.names,
                                   context.diagnostics);
    if (list) action.list = *std::move(list);
    action.element = context.names.declare(name);
  }
  if (const Node* steps = context.fields.required("steps", "they are played for each element")) {
    action.steps = context.steps.read_steps(*steps, "steps");
  }
  // Loops write the journey's names and streams; the element is gone behind them.
  auto streams = context.names.streams();
  context.names.close_block();
  context.names.adopt_streams(std::move(streams));
  for (const auto& [saved, slot] : saved_names(action.steps)) context.names.adopt(saved, slot);
  return action;
}

// `repeat: [steps]`, `until: CEL`, `max: n`
Action compile_repeat(const VerbContext& context) {
  RepeatAction action{};
  action.steps = context.steps.read_steps(context.argument, "repeat");
  if (const Node* until = context.fields.required("until", "it is true when it is enough")) {
    auto expression = context.steps.read_expression(*until, "until", StepReader::Needs::condition);
    if (expression) {
      action.until = *std::move(expression);
      check_until(context, *until, action);
    }
  }
  const Node* max = context.fields.required(
      "max", "it is how often at most, so that the journey ends: `max: 50`");
  if (max) action.max = read_count(*max, "`max`", kMostRounds, context.diagnostics);
  return action;
}

}  // namespace peregrine::lang
