// page: what somebody does in a browser.
#include <fmt/core.h>

#include <algorithm>

#include "lang/keyboard.h"
#include "lang/request_reader.h"
#include "lang/step_reader.h"

namespace peregrine::lang {

namespace {

using Kind = PageAction::Kind;
using Act = PageAction::Act;

constexpr size_t kMostActs = 1'000;

struct Word {
  std::string_view name;
  Kind kind;
  std::string_view example;
};

constexpr Word kWords[] = {
    {"visit", Kind::visit, "visit: web /login"}, {"fill", Kind::fill, "fill: { E-mail: x }"},
    {"click", Kind::click, "click: Sign in"},    {"press", Kind::press, "press: Enter"},
    {"answer", Kind::answer, "answer: yes"},     {"see", Kind::see, "see: Welcome"},
    {"gone", Kind::gone, "gone: Loading"},       {"shot", Kind::shot, "shot: welcome"},
};

bool is_regex(const Node& node) {
  return node.kind == Node::Kind::scalar && node.text.size() > 2 && node.text.front() == '/' &&
         node.text.back() == '/';
}

// Of a page each field is an act of its own.
void read_fill(const Node& node, const VerbContext& context, std::vector<Act>& acts) {
  if (!check_map(node, "`fill`", context.diagnostics)) return;
  for (const auto& [label, value] : node.entries) {
    Act act{.kind = Kind::fill,
            .text = fmt::format("fill: {{ {} }}", label.text),
            .what = Template::of(base::Value(label.text))};
    act.value = Shape::compile(value, context.names, context.diagnostics);
    acts.push_back(std::move(act));
  }
}

void read_visit(const Node& node, const VerbContext& context, std::vector<Act>& acts) {
  static constexpr std::string_view kSchemes[] = {"http", "https"};
  const VerbContext of_it{"visit",        node,          context.fields,
                          context.system, context.names, context.diagnostics,
                          context.steps,  context.lacks};
  Act act{.kind = Kind::visit, .text = fmt::format("visit: {}", node.text)};
  act.visit = read_request(of_it, "GET", kSchemes);
  acts.push_back(std::move(act));
}

bool is_nothing(const Node& node) {
  return node.kind == Node::Kind::null || (node.kind == Node::Kind::scalar && node.text.empty());
}

void tell_nothing(const Node& node, std::string_view what, std::string_view example,
                  const VerbContext& context) {
  context.diagnostics.add(node.at, fmt::format("`{}` is text, this is nothing", what),
                          fmt::format("write it as `{}`", example));
}

void check_keys(const Node& node, const VerbContext& context) {
  if (node.kind != Node::Kind::scalar) return;  // it was told of
  if (const auto keys = read_keyboard(node.text); !keys) {
    context.diagnostics.add(node.at, keys.error().text,
                            "keys are called as in Enter, Escape, ArrowDown, a, Control+A");
  }
}

void read_text_act(const Word& word, const Node& node, const VerbContext& context,
                   std::vector<Act>& acts) {
  Act act{.kind = word.kind, .text = fmt::format("{}: {}", word.name, node.text)};
  const bool looks = word.kind == Kind::see || word.kind == Kind::gone;
  if (is_nothing(node)) {
    tell_nothing(node, word.name, word.example, context);
  } else if (looks && is_regex(node)) {
    act.fits = Pattern::compile(node, context.names, context.diagnostics);
  } else {
    act.what = compile_text(node, fmt::format("`{}`", word.name),
                            fmt::format("write it as `{}`", word.example), context.names,
                            context.diagnostics);
    if (word.kind == Kind::press && act.what.literal()) check_keys(node, context);
  }
  acts.push_back(std::move(act));
}

// The one key of an act that says what is done.
const Node::Entry* find_word(const Node& node, const VerbContext& context) {
  const Node::Entry* chosen = nullptr;
  for (const Node::Entry& entry : node.entries) {
    if (entry.key.text == "in") continue;
    if (chosen) {
      context.diagnostics.add(entry.key.at,
                              fmt::format("an act is one thing; this one has `{}` and `{}`",
                                          chosen->key.text, entry.key.text),
                              "make two of it, each with a `- `");
      return nullptr;
    }
    chosen = &entry;
  }
  if (!chosen) {
    context.diagnostics.add(node.at, "this act does nothing", "as in `- click: Sign in`");
  }
  return chosen;
}

void read_act(const Node& node, const VerbContext& context, std::vector<Act>& acts) {
  std::vector<std::string_view> known{"in"};
  for (const Word& word : kWords) known.push_back(word.name);
  const Fields fields(node, "an act of `page`", context.diagnostics, known);
  if (node.kind != Node::Kind::map) return;
  const Node::Entry* entry = find_word(node, context);
  if (!entry) return;
  const auto* const word = std::ranges::find(kWords, entry->key.text, &Word::name);
  if (word == std::end(kWords)) return;  // it was reported as unknown
  const size_t first = acts.size();
  if (word->kind == Kind::visit) {
    read_visit(entry->value, context, acts);
  } else if (word->kind == Kind::fill) {
    read_fill(entry->value, context, acts);
  } else {
    read_text_act(*word, entry->value, context, acts);
  }
  const Node* in = fields["in"];
  if (!in) return;
  if (word->kind != Kind::click && word->kind != Kind::fill) {
    context.diagnostics.add(in->at, fmt::format("`{}` takes no `in`", word->name),
                            "`click` and `fill` do, where several things have one name");
    return;
  }
  if (is_nothing(*in)) return tell_nothing(*in, "in", "in: Order 42", context);
  for (size_t i = first; i < acts.size(); ++i) {
    acts[i].in =
        compile_text(*in, "`in`", "as in `in: Order 42`", context.names, context.diagnostics);
  }
}

}  // namespace

Action compile_page(const VerbContext& context) {
  PageAction action;
  const Node& node = context.argument;
  if (node.kind != Node::Kind::list) {
    context.diagnostics.add(
        node.at, fmt::format("`page` takes a list of acts, this is {}", node.describe()),
        "each begins with `- `, as in `- visit: web /login`; `page: []` only looks");
    return action;
  }
  context.steps.compilation().plan.browses = true;
  if (!check_count(node, node.items.size(), kMostActs, "acts", context.diagnostics)) return action;
  for (const Node& item : node.items) read_act(item, context, action.acts);
  return action;
}

}  // namespace peregrine::lang
