#include "lang/journey_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/fields.h"
#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

class JourneyReader {
 public:
  JourneyReader(const SystemSpec& system, Diagnostics& diagnostics)
      : system_(system), diagnostics_(diagnostics) {}

  Plan read(const Node& root) {
    Plan plan;
    plan.source = root.at.source;
    const Fields fields(root, "a journey", diagnostics_,
                        {"journey", "covers", "tags", "data", "steps"},
                        {"skip", "clock", "in", "actors", "as", "given", "then", "finally", "race",
                         "load", "chaos", "probe", "invariants", "restart"});
    if (const Node* name = fields.required("journey")) {
      plan.name = read_text(*name, "a journey's name", diagnostics_);
      plan.line = name->at.line;
    }
    if (const Node* covers = fields["covers"]) {
      plan.covers = read_texts(*covers, "`covers`", diagnostics_);
    }
    if (const Node* tags = fields["tags"]) plan.tags = read_texts(*tags, "`tags`", diagnostics_);
    names_.declare("env");  // slot 0: the environment, as in system.yaml
    if (const Node* data = fields["data"]) read_data(*data, plan);
    if (const Node* steps = fields.required("steps")) read_steps(*steps, plan);
    plan.slots = names_.size();
    return plan;
  }

 private:
  // A name that data or `save` may set.
  bool check_name(const Node& key) {
    if (!is_identifier(key.text)) {
      diagnostics_.add(key.at, fmt::format("`{}` cannot be a name", key.text),
                       "a name has letters, digits and _, and does not begin with a digit");
      return false;
    }
    if (key.text == "env" || key.text == "this" || system_.find_service(key.text) ||
        system_.find_database(key.text)) {
      diagnostics_.add(key.at, fmt::format("the name `{}` is taken", key.text), "choose another");
      return false;
    }
    return true;
  }

  void read_data(const Node& node, Plan& plan) {
    const Fields each(node, "`data`", diagnostics_, node.keys());
    for (const auto& [key, value] : node.entries) {
      if (!check_name(key)) continue;
      // Compiled before it is declared: a datum sees those above it, not itself.
      Shape shape = Shape::compile(value, names_, diagnostics_);
      plan.data.push_back({names_.declare(key.text), key.text, std::move(shape)});
    }
  }

  void read_steps(const Node& node, Plan& plan) {
    if (node.kind != Node::Kind::list || node.items.empty()) {
      diagnostics_.add(node.at, fmt::format("`steps` is a list, this is {}", node.describe()),
                       "each step begins with `- `");
      return;
    }
    for (const Node& item : node.items) {
      if (auto step = read_step(item)) plan.steps.push_back(*std::move(step));
    }
  }

  // The one key of a step that is a verb.
  const Node::Entry* find_verb_key(const Node& node) {
    const Node::Entry* chosen = nullptr;
    for (const Node::Entry& entry : node.entries) {
      const auto later = later_verbs();
      if (std::ranges::find(later, entry.key.text) != later.end()) {
        diagnostics_.add(
            entry.key.at,
            fmt::format("the verb `{}` cannot be played by this version yet", entry.key.text),
            "it is part of the language; leave the step out for now");
        return nullptr;
      }
      if (!find_verb(entry.key.text)) continue;
      if (chosen) {
        diagnostics_.add(entry.key.at,
                         fmt::format("a step has one verb; this one has `{}` and `{}`",
                                     chosen->key.text, entry.key.text),
                         "make two steps of it");
        return nullptr;
      }
      chosen = &entry;
    }
    if (!chosen) report_missing_verb(node);
    return chosen;
  }

  void report_missing_verb(const Node& node) {
    std::vector<std::string_view> known;
    for (const Verb& verb : verbs()) known.push_back(verb.name);
    for (const Node::Entry& entry : node.entries) {
      const bool common = std::ranges::find(kCommonKeys, entry.key.text) != std::end(kCommonKeys);
      const auto near = base::nearest(entry.key.text, known);
      if (common || !near) continue;
      diagnostics_.add(entry.key.at, fmt::format("unknown verb `{}`", entry.key.text),
                       fmt::format("did you mean `{}`?", *near));
      return;
    }
    diagnostics_.add(node.at, "this step has no verb",
                     fmt::format("one key says what it does: {}", base::alternatives(known)));
  }

  std::optional<Step> read_step(const Node& node) {
    if (node.kind != Node::Kind::map) {
      diagnostics_.add(node.at, fmt::format("a step is a map, this is {}", node.describe()),
                       "write it as `- get: /path`");
      return std::nullopt;
    }
    const Node::Entry* entry = find_verb_key(node);
    if (!entry) return std::nullopt;
    const Verb& verb = *find_verb(entry->key.text);

    std::vector<std::string_view> known(std::begin(kCommonKeys), std::end(kCommonKeys));
    known.insert(known.end(), verb.keys.begin(), verb.keys.end());
    known.push_back(verb.name);
    const std::string what = fmt::format("a `{}` step", verb.name);
    const Fields fields(
        node, what, diagnostics_, known,
        {"as", "when", "lost", "stays", "times", "skip", "where", "follow", "multipart"});
    Step step{
        .at = node.at,
        .sentence = "",
        .action = verb.compile({verb.name, entry->value, fields, system_, names_, diagnostics_}),
        .seen = {},
        .expect = {},
        .save = {},
        .within = std::nullopt};
    step.sentence = fields["step"] ? read_text(*fields["step"], "`step`", diagnostics_)
                                   : fmt::format("{} {}", verb.name, entry->value.text);
    read_times(fields, verb, step);
    read_outcome(fields, verb, step);
    return step;
  }

  void read_times(const Fields& fields, const Verb& verb, Step& step) {
    if (const Node* timeout = fields["timeout"]) {
      step.timeout = read_duration(*timeout, "`timeout`", diagnostics_);
    }
    if (const Node* within = fields["within"]) {
      step.within = read_duration(*within, "`within`", diagnostics_);
      if (!verb.reads) {
        diagnostics_.add(within->at,
                         fmt::format("`within` repeats a step, and `{}` changes things", verb.name),
                         "put it on a step that reads: `get`, `head` or `sql`");
      }
    }
  }

  // `expect` and `save`, which see what the step itself brings.
  void read_outcome(const Fields& fields, const Verb& verb, Step& step) {
    for (std::string_view name : verb.sees) {
      step.seen.push_back({std::string(name), names_.enter(name)});
    }
    if (const Node* expect = fields["expect"]) read_expectations(*expect, verb, step);
    std::vector<const Node*> saved;
    if (const Node* save = fields["save"]) read_saves(*save, step, saved);
    names_.leave();
    for (size_t i = 0; i < saved.size(); ++i) step.save[i].slot = names_.declare(saved[i]->text);
  }

  void read_expectations(const Node& node, const Verb& verb, Step& step) {
    const Fields parts(node, fmt::format("`expect` of `{}`", verb.name), diagnostics_, verb.sees);
    for (const auto& [key, value] : node.entries) {
      const auto seen = std::ranges::find(step.seen, key.text, &Seen::name);
      if (seen == step.seen.end()) continue;
      seen->read = true;
      step.expect.push_back({static_cast<size_t>(seen - step.seen.begin()),
                             Pattern::compile(value, names_, diagnostics_)});
    }
  }

  void read_saves(const Node& node, Step& step, std::vector<const Node*>& saved) {
    const Fields each(node, "`save`", diagnostics_, node.keys());
    for (const auto& [key, value] : node.entries) {
      if (!check_name(key)) continue;
      if (value.kind != Node::Kind::scalar) {
        diagnostics_.add(value.at, "`save` takes an expression", "write `name: json.id`");
        continue;
      }
      if (value.text.starts_with("${")) {
        diagnostics_.add(
            value.at, "`save` holds expressions bare, without `${}`",
            fmt::format("write `{}: {}`", key.text, value.text.substr(2, value.text.size() - 3)));
        continue;
      }
      auto from = compile_expression(value.text, place_within(value, 0), names_, diagnostics_);
      if (!from) continue;
      for (Seen& seen : step.seen) seen.read = seen.read || from->reads(seen.slot);
      step.save.push_back({0, key.text, *std::move(from)});
      saved.push_back(&key);
    }
  }

  static constexpr std::string_view kCommonKeys[] = {"step", "expect", "save", "within", "timeout"};

  const SystemSpec& system_;
  Diagnostics& diagnostics_;
  Names names_;
};

}  // namespace

std::optional<Plan> read_journey(std::shared_ptr<const Source> source, const SystemSpec& system,
                                 Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const std::optional<Node> root = read_yaml(std::move(source), diagnostics);
  if (!root) return std::nullopt;
  Plan plan = JourneyReader(system, diagnostics).read(*root);
  if (diagnostics.size() != before) return std::nullopt;
  return plan;
}

}  // namespace peregrine::lang
