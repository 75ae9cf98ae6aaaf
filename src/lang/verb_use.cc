// use: a part, compiled anew for each place where it is used.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "lang/expectation.h"
#include "lang/step_reader.h"

namespace peregrine::lang {

namespace fs = std::filesystem;

namespace {

// A part's path starts from the folder of the file that uses it, or else from that of system.yaml.
std::optional<std::string> find_part(const VerbContext& context, const std::string& path) {
  std::error_code error;
  for (const std::string& folder :
       {context.argument.at.source->folder(), context.system.source->folder()}) {
    const fs::path whole = (fs::path(folder) / path).lexically_normal();
    if (fs::is_regular_file(whole, error)) return whole.string();
  }
  return std::nullopt;
}

// What every part sees: what belongs to no journey.
std::vector<std::string> names_of_all(const SystemSpec& system) {
  std::vector<std::string> names{"env", "index", "round"};
  for (const ProviderUse& use : system.providers) names.push_back(use.name);
  return names;
}

class PartReader {
 public:
  PartReader(const VerbContext& context, UseAction& action)
      : context_(context),
        action_(action),
        inner_(context.names.narrowed(names_of_all(context.system))) {}

  void read(const Node& root) {
    Diagnostics& diagnostics = context_.diagnostics;
    const Fields fields(root, "a part", diagnostics, {"part", "needs", "steps", "gives"});
    if (const Node* name = fields.required("part", "begin it with `part: What it does`")) {
      action_.part = read_text(*name, "a part's name", diagnostics);
    }
    read_inputs(fields["needs"]);
    StepReader steps(context_.steps.compilation(), inner_);
    steps.set_person(context_.steps.person());
    if (const Node* list = fields.required("steps", "they are a list: each begins with `- `")) {
      action_.steps = steps.read_steps(*list, "steps");
    }
    if (const Node* gives = fields["gives"]) read_outputs(*gives);
    context_.names.count_on(inner_);
  }

 private:
  // `needs` of the part and `with` of the step: each input is one of both.
  void read_inputs(const Node* needs) {
    const Node* with = context_.fields["with"];
    std::vector<std::string_view> known;
    if (needs && check_map(*needs, "`needs`", context_.diagnostics)) known = needs->keys();
    if (with && check_map(*with, "`with`", context_.diagnostics)) {
      for (const auto& [key, value] : with->entries) {
        if (std::ranges::find(known, key.text) != known.end()) continue;
        context_.diagnostics.add(key.at, fmt::format("the part needs no `{}`", key.text),
                                 suggestion(key.text, known));
      }
    }
    if (!needs) return;
    for (const auto& [key, value] : needs->entries) read_input(key, value, with);
  }

  void read_input(const Node& key, const Node& need, const Node* with) {
    const Node* given = with ? with->find(key.text) : nullptr;
    Pattern kind = Pattern::compile(need, inner_, context_.diagnostics);
    const bool required = std::holds_alternative<Pattern::Kinds>(kind.form);
    if (required && !given && !may_be_absent(kind)) {
      context_.diagnostics.add(context_.argument.at, fmt::format("the part needs `{}`", key.text),
                               fmt::format("give it: `with: {{ {}: … }}`", key.text));
    }
    Shape value = given      ? Shape::compile(*given, context_.names, context_.diagnostics)
                  : required ? Shape{Template::of(base::Value())}
                             : Shape::compile(need, inner_, context_.diagnostics);
    if (!required) kind = Pattern{Pattern::Kinds{{"any", "none"}}, key.at};
    action_.inputs.push_back(
        {key.text, inner_.declare(key.text), std::move(value), std::move(kind)});
  }

  static bool may_be_absent(const Pattern& kind) {
    const auto& names = std::get<Pattern::Kinds>(kind.form).names;
    return std::ranges::find(names, "none") != names.end();
  }

  void read_outputs(const Node& gives) {
    if (gives.kind != Node::Kind::list) {
      context_.diagnostics.add(
          gives.at, fmt::format("`gives` is a list of names, this is {}", gives.describe()),
          "write it in brackets: [customer, token]");
      return;
    }
    for (const Node& name : gives.items) {
      if (const auto slot = inner_.find(name.text)) {
        action_.outputs.emplace_back(name.text, *slot);
        continue;
      }
      context_.diagnostics.add(name.at, fmt::format("the part saves no `{}`", name.text),
                               suggestion(name.text, inner_.known()));
    }
  }

  const VerbContext& context_;
  UseAction& action_;
  Names inner_;
};

void report_recursion(const VerbContext& context, const std::string& path) {
  const auto& parts = context.steps.compilation().parts;
  std::string chain;
  for (auto at = std::ranges::find(parts, path); at != parts.end(); ++at) {
    chain += fs::path(*at).filename().string() + " → ";
  }
  context.diagnostics.add(
      context.argument.at, "this part uses itself",
      fmt::format("{}{}: take one of these uses out", chain, fs::path(path).filename().string()));
}

}  // namespace

Action compile_use(const VerbContext& context) {
  UseAction action;
  const std::string name = read_text(context.argument, "`use`", context.diagnostics);
  if (name.empty()) return action;
  const auto path = find_part(context, name);
  if (!path) {
    context.diagnostics.add(context.argument.at, fmt::format("there is no file {}", name),
                            "a part's path starts from the folder of this file, or from that of "
                            "system.yaml");
    return action;
  }
  auto& parts = context.steps.compilation().parts;
  if (std::ranges::find(parts, *path) != parts.end()) {
    report_recursion(context, *path);
    return action;
  }
  auto source = Source::read(*path);
  if (!source) {
    context.diagnostics.add(context.argument.at, source.error().to_string());
    return action;
  }
  const auto root = read_yaml(*source, context.diagnostics);
  if (!root) return action;
  parts.push_back(*path);
  PartReader(context, action).read(*root);
  parts.pop_back();
  return action;
}

}  // namespace peregrine::lang
