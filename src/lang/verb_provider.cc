// <provider>: ACTION, sent: and fail: a third party does something, is asked what it was sent, or
// fails. All are checked against the provider's file, where it has one that can be read.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "lang/named.h"
#include "lang/place_within.h"
#include "lang/step_reader.h"

namespace peregrine::lang {

namespace {

// The first word of a text and what follows it.
std::pair<std::string, std::string> split_word(const std::string& text) {
  const size_t blank = text.find(' ');
  if (blank == std::string::npos) return {text, ""};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

// `calcom POST /v2/bookings`, or `calcom book` by the route's name.
void check_route(const VerbContext& context, bool required) {
  const std::string text =
      read_text(context.argument, fmt::format("`{}`", context.verb), context.diagnostics);
  if (text.empty()) return;
  const auto [name, route] = split_word(text);
  const ProviderUse* use = context.system.find_provider(name);
  if (!use) {
    context.diagnostics.add(place_within(context.argument, 0, name.size()),
                            fmt::format("there is no provider `{}`", name),
                            context.system.providers.empty()
                                ? "name one under `providers:` in system.yaml"
                                : suggestion(name, names_of(context.system.providers)));
    return;
  }
  if (route.empty() && required) {
    context.diagnostics.add(
        context.argument.at, "which request?",
        fmt::format("write `{}: {} POST /path`, or a route's name", context.verb, name));
  }
  if (route.empty() || !use->provider || use->provider->find_route(route)) return;
  const std::vector<std::string> routes = use->provider->route_names();
  context.diagnostics.add(place_within(context.argument, name.size() + 1, route.size()),
                          fmt::format("`{}` has no route `{}`", name, route),
                          suggestion(route, {routes.begin(), routes.end()}));
}

void check_failure(const VerbContext& context) {
  const Node* with = context.fields["with"];
  if (!with) return;
  static constexpr std::array<std::string_view, 4> kUsual = {"timeout", "reset", "slow", "garbage"};
  const std::string name = read_text(*with, "`with`", context.diagnostics);
  const auto [provider, route] = split_word(context.argument.text);
  const ProviderUse* use = context.system.find_provider(provider);
  if (name.empty() || !use || !use->provider) return;
  if (std::ranges::find(kUsual, name) != kUsual.end() || use->provider->find_reply(name)) return;
  std::vector<std::string_view> known = use->provider->reply_names();
  known.insert(known.end(), kUsual.begin(), kUsual.end());
  context.diagnostics.add(with->at, fmt::format("`{}` has no failure `{}`", provider, name),
                          suggestion(name, known));
}

// What the action is given: all that it needs, and nothing else.
void check_inputs(const VerbContext& context, const ProviderAction& action) {
  const Node* with = context.fields["with"];
  if (with && !check_map(*with, "`with`", context.diagnostics)) return;
  std::vector<std::string_view> known;
  for (const ActionInput& input : action.inputs) {
    known.push_back(input.name);
    const auto* kind = std::get_if<GivenKind>(&input.value);
    if (!kind || kind->optional || (with && with->find(input.name))) continue;
    context.diagnostics.add(context.argument.at,
                            fmt::format("the action `{}` needs `{}`", action.name, input.name),
                            fmt::format("give it: `with: {{ {}: … }}`", input.name));
  }
  for (const Node::Entry& entry : with ? with->entries : std::vector<Node::Entry>()) {
    if (std::ranges::find(known, entry.key.text) != known.end()) continue;
    context.diagnostics.add(
        entry.key.at, fmt::format("the action `{}` takes no `{}`", action.name, entry.key.text),
        known.empty() ? "it takes nothing" : suggestion(entry.key.text, known));
  }
}

}  // namespace

Action compile_sent(const VerbContext& context) {
  check_route(context, true);
  auto [provider, route] = split_word(context.argument.text);
  context.names.note_spoken(provider);
  return SentAction{std::move(provider), std::move(route)};
}

Action compile_fail(const VerbContext& context) {
  check_route(context, false);
  check_failure(context);
  auto [provider, route] = split_word(context.argument.text);
  context.names.note_spoken(provider);
  FailAction action{std::move(provider), std::move(route), "", std::nullopt, std::nullopt};
  const Node* with = context.fields.required(
      "with", "it is how: a reply's name, or `timeout`, `reset`, `slow`, `garbage`");
  if (with) action.failure = with->text;
  const Node* how_often = context.fields["times"];
  if (how_often) {
    action.times = read_count(*how_often, "`times`", kMostTimes, context.diagnostics);
  }
  if (const Node* span = context.fields["for"]) {
    action.span = read_duration(*span, "`for`", context.diagnostics);
    if (how_often) {
      context.diagnostics.add(how_often->at, "it fails so many `times`, or `for` so long",
                              "take one of the two out");
    }
  }
  return action;
}

Action compile_provider(const VerbContext& context) {
  const ProviderUse& use = *context.system.find_provider(context.verb);
  context.names.note_spoken(use.name);
  const std::string name =
      read_text(context.argument, fmt::format("`{}`", context.verb), context.diagnostics);
  const ProviderAction* action = use.provider ? use.provider->find_action(name) : nullptr;
  if (action) check_inputs(context, *action);
  if (!name.empty() && use.provider && !action && !is_common_action(name)) {
    context.diagnostics.add(context.argument.at,
                            fmt::format("`{}` has no action `{}`", context.verb, name),
                            suggestion(name, use.provider->action_names()));
  }
  ThirdPartyAction compiled{use.name, name, std::nullopt};
  if (const Node* with = context.fields["with"]) {
    compiled.with = Shape::compile(*with, context.names, context.diagnostics);
  }
  return compiled;
}

}  // namespace peregrine::lang
