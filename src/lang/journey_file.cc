#include "lang/journey_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/expectation.h"
#include "lang/fields.h"
#include "lang/place_within.h"
#include "lang/sql_text.h"
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
                        {"journey", "covers", "tags", "skip", "data", "steps"},
                        {"clock", "in", "actors", "as", "given", "then", "finally", "race", "load",
                         "chaos", "probe", "invariants", "restart"});
    if (const Node* name = fields.required("journey", "begin it with `journey: A sentence`")) {
      plan.name = read_text(*name, "a journey's name", diagnostics_);
      plan.line = name->at.line;
    }
    if (const Node* covers = fields["covers"]) {
      plan.covers = read_texts(*covers, "`covers`", diagnostics_);
    }
    if (const Node* tags = fields["tags"]) plan.tags = read_texts(*tags, "`tags`", diagnostics_);
    if (const Node* skip = fields["skip"]) plan.skip = read_reason(*skip);
    announce_names(root);
    names_.declare("env");  // slot 0: the environment, as in system.yaml
    if (const Node* data = fields["data"]) read_data(*data, plan);
    const Node* steps = fields.required("steps", "they are a list: each begins with `- `");
    if (steps) read_steps(*steps, plan);
    plan.slots = names_.size();
    return plan;
  }

 private:
  // Why something is not played, for whoever reads the report later: `true` would tell nothing.
  std::string read_reason(const Node& node) {
    const bool text = node.kind == Node::Kind::scalar && scalar_value(node).is_text();
    if (text && !base::trimmed(node.text).empty()) return node.text;
    diagnostics_.add(node.at, fmt::format("`skip` says why, this is {}", node.describe()),
                     "write the reason behind it: `skip: waits for the new price list`");
    return "";
  }

  void announce_names(const Node& root) {
    auto announce = [this](const Node* map) {
      if (!map) return;
      for (const auto& [key, value] : map->entries) names_.announce(key.text, key.at.line);
    };
    announce(root.find("data"));
    if (const Node* steps = root.find("steps")) {
      for (const Node& step : steps->items) announce(step.find("save"));
    }
  }

  // A name that data or `save` may set.
  void check_name(const Node& key) {
    if (key.kind != Node::Kind::scalar) return;  // told by the YAML reader
    if (!is_identifier(key.text)) {
      diagnostics_.add(key.at, fmt::format("`{}` cannot be a name", key.text),
                       "a name has letters, digits and _, and does not begin with a digit");
    } else if (is_reserved(key.text)) {
      diagnostics_.add(key.at, fmt::format("`{}` is a word of expressions", key.text),
                       "choose another name");
    } else if (key.text == "env" || system_.find_service(key.text) ||
               system_.find_database(key.text)) {
      const std::string_view whose = key.text == "env"                ? "Peregrine's environment"
                                     : system_.find_service(key.text) ? "a service"
                                                                      : "a database";
      diagnostics_.add(key.at, fmt::format("`{}` is the name of {}", key.text, whose),
                       "choose another name");
    }
  }

  void read_data(const Node& node, Plan& plan) {
    if (!check_map(node, "`data`", diagnostics_)) return;
    for (const auto& [key, value] : node.entries) {
      check_name(key);
      // Compiled before it is declared: a datum sees those above it, not itself. Declared whatever
      // is wrong with it: one mistake should not make others.
      Shape shape = Shape::compile(value, names_, diagnostics_);
      plan.data.push_back({names_.declare(key.text), key.text, key.at, std::move(shape)});
    }
  }

  void read_steps(const Node& node, Plan& plan) {
    if (node.kind != Node::Kind::list || node.items.empty()) {
      diagnostics_.add(node.at,
                       fmt::format("`steps` is a list of steps, this is {}", node.describe()),
                       "each step begins with `- `, as in `- get: /path`");
      return;
    }
    for (const Node& item : node.items) {
      if (diagnostics_.full()) return;
      if (auto step = read_step(item)) {
        plan.steps.push_back(*std::move(step));
      } else {
        declare_saved(item);
      }
    }
  }

  // The names that a step which cannot be read would have saved.
  void declare_saved(const Node& step) {
    const Node* save = step.find("save");
    if (!save) return;
    for (const auto& [key, value] : save->entries) names_.declare(key.text);
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
    diagnostics_.add(
        node.at, "this step has no verb",
        fmt::format("one of its keys says what it does: {}", base::alternatives(known)));
  }

  std::optional<Step> read_step(const Node& node) {
    if (node.kind != Node::Kind::map) {
      diagnostics_.add(node.at, fmt::format("a step is a map, this is {}", node.describe()),
                       "write it as `- get: /path`, with a colon and a blank");
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
                                   : sentence_of(verb, entry->value.text);
    read_times(fields, verb, step);
    read_outcome(fields, verb, step);
    return step;
  }

  // For a step without `step:`, its verb and value on one line.
  static std::string sentence_of(const Verb& verb, std::string_view value) {
    constexpr size_t kLongest = 200;
    std::string sentence(verb.name);
    for (std::string_view line : base::split(value, '\n')) {
      if (!base::trimmed(line).empty()) sentence += fmt::format(" {}", base::trimmed(line));
      if (sentence.size() > kLongest) break;
    }
    return base::shortened(sentence, kLongest);
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
      const auto* sql = std::get_if<SqlAction>(&step.action);
      if (sql && sql_writes(sql->text)) {
        diagnostics_.add(within->at, "`within` repeats a step, and this query changes things",
                         "put it on a query that reads");
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
    const Node* save = fields["save"];
    if (save) read_saves(*save, step, saved);
    names_.leave();
    for (size_t i = 0; i < saved.size(); ++i) step.save[i].slot = names_.declare(saved[i]->text);
    declare_saved(fields.node());
  }

  void read_expectations(const Node& node, const Verb& verb, Step& step) {
    const Fields parts(node, fmt::format("`expect` of `{}`", verb.name), diagnostics_, verb.sees);
    for (const auto& [key, value] : node.entries) {
      const auto seen = std::ranges::find(step.seen, key.text, &Seen::name);
      if (seen == step.seen.end()) continue;
      seen->read = true;
      step.expect.push_back({static_cast<size_t>(seen - step.seen.begin()),
                             compile_expectation(key.text, value, names_, diagnostics_)});
    }
  }

  void read_saves(const Node& node, Step& step, std::vector<const Node*>& saved) {
    if (!check_map(node, "`save`", diagnostics_)) return;
    for (const auto& [key, value] : node.entries) {
      check_name(key);
      if (value.kind != Node::Kind::scalar || value.text.empty()) {
        diagnostics_.add(value.at,
                         fmt::format("`save` takes an expression, this is {}", value.describe()),
                         fmt::format("write it as `{}: json.id`", key.text));
        continue;
      }
      if (value.text.contains("${")) {
        const bool whole = value.text.starts_with("${") && value.text.ends_with('}');
        diagnostics_.add(value.at, "`save` holds an expression bare, without `${}`",
                         whole ? fmt::format("write it as `{}: {}`", key.text,
                                             value.text.substr(2, value.text.size() - 3))
                               : "put texts together where the name is used");
        continue;
      }
      auto from = compile_expression(value.text, value, 0, names_, diagnostics_);
      if (!from) continue;
      for (Seen& seen : step.seen) seen.read = seen.read || from->reads(seen.slot);
      step.save.push_back({0, key.text, *std::move(from)});
      saved.push_back(&key);
    }
  }

  // The words that are no names in CEL, and those that later versions give a meaning.
  static bool is_reserved(std::string_view word) {
    static constexpr std::string_view kReserved[] = {
        "as",     "break",  "const", "continue", "else", "false",     "for",  "function",
        "if",     "import", "in",    "let",      "loop", "namespace", "null", "package",
        "return", "this",   "true",  "var",      "void", "while"};
    return std::ranges::find(kReserved, word) != std::end(kReserved);
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
