#include "lang/step_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "lang/bare_expression.h"
#include "lang/expectation.h"
#include "lang/redis_command.h"
#include "lang/sql_text.h"

namespace peregrine::lang {

namespace {

constexpr std::string_view kCommonKeys[] = {"step", "as", "when", "skip"};

// The words that are no names in CEL, and those that the language itself gives a meaning.
bool is_reserved(std::string_view word) {
  static constexpr std::string_view kOurs[] = {"env", "index", "me", "nobody", "plays", "round"};
  return is_word_of_expressions(word) || std::ranges::find(kOurs, word) != std::end(kOurs);
}

bool is_list(const Verb& verb) { return !verb.list.empty(); }

// For a step without `step:`, its verb and value on one line.
std::string sentence_of(std::string_view verb, const Node& argument, const Action& action) {
  constexpr size_t kLongest = 200;
  std::string sentence(verb);
  if (const auto* page = std::get_if<PageAction>(&action); page && !page->acts.empty()) {
    return base::shortened(fmt::format("{} {}", verb, page->acts.front().text), kLongest);
  }
  if (argument.kind != Node::Kind::scalar) return sentence;
  for (std::string_view line : base::split(argument.text, '\n')) {
    if (!base::trimmed(line).empty()) sentence += fmt::format(" {}", base::trimmed(line));
    if (sentence.size() > kLongest) break;
  }
  return base::shortened(sentence, kLongest);
}

}  // namespace

void StepReader::set_person(std::optional<size_t> person) {
  person_ = person;
  names_.set_me(person ? std::optional(compilation_.plan.persons[*person].slot) : std::nullopt);
}

Steps StepReader::read_steps(const Node& node, std::string_view what) {
  Steps steps;
  if (node.kind != Node::Kind::list || node.items.empty()) {
    compilation_.diagnostics.add(
        node.at, fmt::format("`{}` is a list of steps, this is {}", what, node.describe()),
        "each step begins with `- `, as in `- get: /path`");
    return steps;
  }
  for (const Node& item : node.items) {
    if (compilation_.diagnostics.full()) return steps;
    if (auto step = read_step(item)) {
      steps.push_back(*std::move(step));
    } else {
      declare_saved(item);
      note_members(item);
    }
  }
  return steps;
}

// The names that a step which cannot be read would have saved, or opened.
void StepReader::declare_saved(const Node& step) {
  const Node* stream = step.find("stream");
  if (stream && is_identifier(stream->text)) names_.open_stream(stream->text);
  const Node* save = step.find("save");
  if (!save) return;
  for (const auto& [key, value] : save->entries) {
    if (is_identifier(key.text)) names_.declare(key.text);
  }
}

// The same of actors, whoever was meant.
void StepReader::note_members(const Node& step) {
  const Node* save = step.find("save");
  if (!save) return;
  for (const auto& [key, value] : save->entries) {
    const size_t point = key.text.find('.');
    if (point != std::string::npos) names_.add_member_to_all(key.text.substr(point + 1));
  }
}

std::optional<Step> StepReader::read_step(const Node& node) {
  if (node.kind != Node::Kind::map) {
    compilation_.diagnostics.add(node.at,
                                 fmt::format("a step is a map, this is {}", node.describe()),
                                 "write it as `- get: /path`, with a colon and a blank");
    return std::nullopt;
  }
  if (compilation_.steps_left == 0) return std::nullopt;
  if (--compilation_.steps_left == 0) {
    compilation_.diagnostics.add(
        node.at, fmt::format("a journey of more than {} steps, its parts included", kMostSteps),
        "make several journeys of it");
    return std::nullopt;
  }
  const Node::Entry* entry = find_verb_key(node);
  if (!entry) return std::nullopt;
  const std::optional<size_t> before = person_;
  if (const Node* as = node.find("as")) set_person(read_person(*as));
  auto step = compile(node, *entry, *verb_of(entry->key));
  set_person(before);
  return step;
}

const Verb* StepReader::verb_of(const Node& key) const {
  if (const Verb* verb = find_verb(key.text)) return verb;
  return compilation_.system.find_provider(key.text) ? &provider_verb() : nullptr;
}

std::optional<Step> StepReader::compile(const Node& node, const Node::Entry& entry,
                                        const Verb& verb) {
  std::vector<std::string_view> known(std::begin(kCommonKeys), std::end(kCommonKeys));
  known.insert(known.end(), verb.keys.begin(), verb.keys.end());
  const std::string_view name = entry.key.text;  // a provider's verb has that of the provider
  known.push_back(name);
  if (verb.kind != Verb::Kind::block) {
    known.insert(known.end(), {"expect", "lost", "save", "within", "stays", "times", "timeout"});
  } else if (!verb.sees.empty() || verb.name == "use") {
    known.insert(known.end(), {"expect", "save"});
  }
  if (is_list(verb)) known.push_back("where");
  const std::string what = fmt::format("a `{}` step", name);
  const Fields fields(node, what, compilation_.diagnostics, known);
  std::set<Slot> outer = names_.take_reads();
  Step step;
  step.at = node.at;
  step.person = person_;
  if (const Node* when = fields["when"]) {
    step.when = read_expression(*when, "when", Needs::condition);
  }
  std::string lacks;
  step.action = verb.compile({name, entry.value, fields, compilation_.system, names_,
                              compilation_.diagnostics, *this, lacks});
  step.sentence = fields["step"] ? read_text(*fields["step"], "`step`", compilation_.diagnostics)
                                 : sentence_of(name, entry.value, step.action);
  read_common(fields, verb, step);
  if (step.skip.empty()) step.skip = std::move(lacks);
  read_outcome(fields, verb, step);
  const std::set<Slot> reads = names_.take_reads();
  step.reads.assign(reads.begin(), reads.end());
  names_.put_reads(std::move(outer));
  return step;
}

// The one key of a step that is a verb.
const Node::Entry* StepReader::find_verb_key(const Node& node) {
  const Node::Entry* chosen = nullptr;
  for (const Node::Entry& entry : node.entries) {
    if (!verb_of(entry.key)) continue;
    if (chosen) {
      compilation_.diagnostics.add(entry.key.at,
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

void StepReader::report_missing_verb(const Node& node) {
  static constexpr std::string_view kOther[] = {"expect", "lost",    "save",  "within", "stays",
                                                "times",  "timeout", "where", "sent_at"};
  std::vector<std::string_view> known;
  for (const Verb& verb : verbs()) known.push_back(verb.name);
  for (const ProviderUse& use : compilation_.system.providers) known.push_back(use.name);
  for (const Node::Entry& entry : node.entries) {
    const std::string_view key = entry.key.text;
    const bool common = std::ranges::find(kCommonKeys, key) != std::end(kCommonKeys) ||
                        std::ranges::find(kOther, key) != std::end(kOther);
    const auto near = base::nearest(key, known);
    if (common || !near) continue;
    compilation_.diagnostics.add(entry.key.at, fmt::format("unknown verb `{}`", key),
                                 fmt::format("did you mean `{}`?", *near));
    return;
  }
  compilation_.diagnostics.add(
      node.at, "this step has no verb",
      fmt::format("one of its keys says what it does: {}", base::alternatives(known)));
}

std::optional<size_t> StepReader::read_person(const Node& node) {
  const std::string name = read_text(node, "`as`", compilation_.diagnostics);
  if (name.empty() || name == "nobody") return std::nullopt;
  const auto& persons = compilation_.plan.persons;
  const auto found = std::ranges::find(persons, name, &Person::name);
  if (found != persons.end()) return static_cast<size_t>(found - persons.begin());
  std::vector<std::string_view> known{"nobody"};
  for (const Person& person : persons) known.push_back(person.name);
  compilation_.diagnostics.add(
      node.at, fmt::format("there is no actor `{}` here", name),
      persons.empty() ? "name one under `actors:` in system.yaml" : suggestion(name, known));
  return std::nullopt;
}

std::optional<Expression> StepReader::read_expression(const Node& node, std::string_view key,
                                                      Needs needs, This self) {
  Diagnostics& diagnostics = compilation_.diagnostics;
  auto expression = compile_bare(node, key, "status == 'paid'", names_, diagnostics, self);
  if (!expression || needs == Needs::value) return expression;
  if (const base::Value* always = expression->constant()) {
    diagnostics.add(node.at, fmt::format("this is always {}", base::to_json(*always)),
                    "let it depend on a name");
  } else if (!expression->may_be_bool()) {
    diagnostics.add(node.at, fmt::format("`{}` gives neither true nor false", expression->text),
                    "compare it with something, as in count > 0");
  }
  return expression;
}

void StepReader::read_common(const Fields& fields, const Verb& verb, Step& step) {
  Diagnostics& diagnostics = compilation_.diagnostics;
  if (const Node* skip = fields["skip"]) {
    step.skip = read_reason(*skip, diagnostics);
  }
  if (verb.kind == Verb::Kind::block) return;
  if (const Node* timeout = fields["timeout"]) {
    step.timeout = read_duration(*timeout, "`timeout`", diagnostics);
  }
  // Of `fail` it says how many requests do.
  const bool fails = std::holds_alternative<FailAction>(step.action);
  if (const Node* times = fields["times"]; times && !fails) {
    step.times = read_count(*times, "`times`", kMostTimes, diagnostics);
  }
  read_waits(fields, verb, step);
  if (const Node* times = fields["times"]; times && (step.within || step.stays)) {
    diagnostics.add(times->at, "`times` and a wait do not go together",
                    "a step that waits is repeated until it holds; leave `times` out");
  }
}

void StepReader::read_waits(const Fields& fields, const Verb& verb, Step& step) {
  Diagnostics& diagnostics = compilation_.diagnostics;
  const auto* sql = std::get_if<SqlAction>(&step.action);
  const auto* redis = std::get_if<RedisAction>(&step.action);
  for (std::string_view key : {"within", "stays"}) {
    const Node* node = fields[key];
    if (!node) continue;
    auto& span = key == "within" ? step.within : step.stays;
    span = read_duration(*node, fmt::format("`{}`", key), diagnostics);
    if (verb.kind == Verb::Kind::writes) {
      const std::string name =
          verb.name.empty() ? "a third party's action" : fmt::format("`{}`", verb.name);
      diagnostics.add(node->at,
                      fmt::format("`{}` repeats a step, and {} changes things", key, name),
                      "put it on a step that reads, as `get`, `sql` or `check`");
    }
    if (sql && sql_writes(sql->text)) {
      diagnostics.add(node->at,
                      fmt::format("`{}` repeats a step, and this query changes things", key),
                      "put it on a query that reads");
    }
    const std::string command = redis ? redis_command_name(redis->command) : "";
    if (redis_writes(command)) {
      diagnostics.add(node->at,
                      fmt::format("`{}` repeats a step, and {} changes things", key, command),
                      "put it on a command that reads, as GET, HGETALL or EXISTS");
    }
  }
}

void StepReader::check_name(const Node& key) {
  if (key.kind != Node::Kind::scalar) return;  // told by the YAML reader
  Diagnostics& diagnostics = compilation_.diagnostics;
  if (!is_identifier(key.text)) {
    diagnostics.add(key.at, fmt::format("`{}` cannot be a name", key.text),
                    std::string(kIdentifierRule));
    return;
  }
  if (is_reserved(key.text) && key.text != "env") {
    diagnostics.add(key.at, fmt::format("`{}` is a word of expressions", key.text),
                    "choose another name");
    return;
  }
  const auto& persons = compilation_.plan.persons;
  std::string_view whose;
  if (key.text == "env") whose = "Peregrine's environment";
  if (compilation_.system.find_service(key.text)) whose = "a service";
  if (compilation_.system.find_database(key.text)) whose = "a database";
  if (compilation_.system.find_provider(key.text)) whose = "a provider";
  if (compilation_.system.mail && key.text == "mail") whose = "a provider";
  if (std::ranges::find(persons, key.text, &Person::name) != persons.end()) whose = "an actor";
  if (whose.empty()) return;
  diagnostics.add(key.at, fmt::format("`{}` is the name of {}", key.text, whose),
                  "choose another name");
}

}  // namespace peregrine::lang
