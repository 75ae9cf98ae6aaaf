#include "lang/journey_file.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "lang/clock_text.h"
#include "lang/fields.h"
#include "lang/looks.h"
#include "lang/person_reader.h"
#include "lang/step_reader.h"
#include "lang/trial_options.h"

namespace peregrine::lang {

namespace {

class JourneyReader {
 public:
  JourneyReader(const SystemSpec& system, Diagnostics& diagnostics, bool beside)
      : diagnostics_(diagnostics),
        beside_(beside),
        compilation_{system, diagnostics, plan_, kMostSteps},
        steps_(compilation_, names_) {}

  Plan read(const Node& root) {
    plan_.source = root.at.source;
    const Fields fields(
        root, "a journey", diagnostics_,
        {"journey", "covers", "tags", "skip", "in", "clock", "actors", "as", "given", "data",
         "steps", "then", "finally", "invariants", "race", "load", "chaos", "probe"});
    read_head(fields);
    announce_names(root);
    plan_.known = {names_.declare("env"), names_.declare("index"), names_.declare("round"), 0};
    for (const ProviderUse& use : compilation_.system.providers) {
      plan_.providers.emplace_back(use.name, names_.declare(use.name));
    }
    read_persons(fields["actors"], steps_);
    if (const Node* as = fields["as"]) steps_.set_person(steps_.read_person(*as));
    if (const Node* load = fields["load"]) read_account(*load);
    if (const Node* given = fields["given"]) plan_.given = steps_.read_steps(*given, "given");
    if (const Node* load = fields["load"]) read_staged(*load);
    if (const Node* data = fields["data"]) read_data(*data);
    const std::set<Slot> reads = names_.take_reads();  // those of steps are in these
    plan_.reads.assign(reads.begin(), reads.end());
    read_all_invariants(fields["invariants"]);
    const Node* steps = fields.required("steps", "they are a list: each begins with `- `");
    if (steps) plan_.steps = steps_.read_steps(*steps, "steps");
    read_trial_options(fields, steps_, beside_);
    for (const Datum& datum : plan_.data) plan_.names.emplace_back(datum.name, datum.slot);
    for (auto& name : saved_names(plan_.steps)) plan_.names.push_back(std::move(name));
    plan_.known.plays = names_.declare("plays");
    if (const Node* then = fields["then"]) plan_.then = steps_.read_steps(*then, "then");
    if (const Node* last = fields["finally"]) plan_.finally = steps_.read_steps(*last, "finally");
    read_settled_invariants();
    report_unknown_members();
    mark_looks(plan_);
    plan_.slots = names_.size();
    const auto env_reads = names_.env_reads();
    plan_.env_reads.insert(plan_.env_reads.end(), env_reads.begin(), env_reads.end());
    look_at_providers();
    return std::move(plan_);
  }

 private:
  // Resources that no expression reads are not shown to any.
  void look_at_providers() {
    for (const auto& [name, slot] : plan_.providers) {
      if (!names_.is_spoken_of(slot)) plan_.unspoken.push_back(name);
    }
    std::erase_if(plan_.providers, [&](const auto& one) { return !names_.is_read(one.second); });
  }

  void read_head(const Fields& fields) {
    if (const Node* name = fields.required("journey", "begin it with `journey: A sentence`")) {
      plan_.name = read_text(*name, "a journey's name", diagnostics_);
      plan_.line = name->at.line;
    }
    if (const Node* covers = fields["covers"]) {
      plan_.covers = read_texts(*covers, "`covers`", diagnostics_);
    }
    if (const Node* tags = fields["tags"]) plan_.tags = read_texts(*tags, "`tags`", diagnostics_);
    if (const Node* skip = fields["skip"]) plan_.skip = read_reason(*skip, diagnostics_);
    if (const Node* in = fields["in"]) plan_.only_in = read_texts(*in, "`in`", diagnostics_);
    const std::string& chosen = compilation_.system.environment;
    const bool here =
        plan_.only_in.empty() || std::ranges::find(plan_.only_in, chosen) != plan_.only_in.end();
    if (plan_.skip.empty() && !here) {
      plan_.skip =
          fmt::format("it is played with --env {} alone", fmt::join(plan_.only_in, " or --env "));
    }
    if (const Node* clock = fields["clock"]) {
      plan_.clock = read_start(*clock, compilation_.system.zone, diagnostics_);
    }
  }

  // Every name that is saved anywhere, for those who use it too early.
  void announce_names(const Node& node) {
    for (const auto& [key, value] : node.entries) {
      if (key.text == "save" || key.text == "data") {
        for (const auto& [name, of] : value.entries) names_.announce(name.text, name.at.line);
      } else {
        announce_names(value);
      }
    }
    for (const Node& item : node.items) announce_names(item);
  }

  // What each user of a load is given: `account`, which every trial may read.
  void read_account(const Node& load) {
    const Node* account = load.find("account");
    if (!account) return;
    Shape shape = Shape::compile(*account, names_, diagnostics_);
    plan_.account = names_.declare("account");
    plan_.data.push_back({*plan_.account, "account", account->at, std::move(shape)});
  }

  // What stages of its load begin with: it sees what is known before the users come.
  void read_staged(const Node& load) {
    const Node* stages = load.find("stages");
    if (!stages) return;
    for (size_t i = 0; i < stages->items.size(); ++i) {
      const Node* node = stages->items[i].find("do");
      if (!node) continue;
      Steps steps = steps_.read_steps(*node, "do");
      for (const Step& step : steps) {
        if (std::holds_alternative<ClockAction>(step.action)) continue;
        if (std::holds_alternative<FailAction>(step.action)) continue;
        diagnostics_.add(step.at, "a stage only moves the clock or lets a third party fail",
                         "what users do is in `steps`, what comes before all of them in `given`");
      }
      plan_.staged.push_back({i, std::move(steps)});
    }
  }

  void read_data(const Node& node) {
    if (!check_map(node, "`data`", diagnostics_)) return;
    for (const auto& [key, value] : node.entries) {
      steps_.check_name(key);
      // Compiled before it is declared: a datum sees those above it, not itself. Declared whatever
      // is wrong with it: one mistake should not make others.
      Shape shape = Shape::compile(value, names_, diagnostics_);
      plan_.data.push_back({names_.declare(key.text), key.text, key.at, std::move(shape)});
    }
  }

  // The system's see no name of the journey's but its actors. Those of the journey that hold always
  // are looked at from its first step on, so they see what is known before it.
  void read_all_invariants(const Node* own) {
    std::vector<std::string> shared{"env"};
    for (const ProviderUse& use : compilation_.system.providers) shared.push_back(use.name);
    for (const Person& person : plan_.persons) shared.push_back(person.name);
    Names of_system = names_.narrowed(shared);
    for (const InvariantSpec& spec : compilation_.system.invariants) {
      read_invariant(spec, of_system, false);
    }
    names_.count_on(of_system);
    if (!own) return;
    for (InvariantSpec& spec : read_invariants(*own, diagnostics_)) {
      if (spec.always) {
        read_invariant(spec, names_, true);
      } else {
        settled_.push_back(std::move(spec));
      }
    }
  }

  // The journey's own that hold once all is done: they see whatever its steps have saved.
  void read_settled_invariants() {
    for (const InvariantSpec& spec : settled_) read_invariant(spec, names_, true);
  }

  // What is read of somebody, and neither his data nor any step gives. An actor in system.yaml may
  // be read for what another journey saves: there only what looks misspelt is told.
  void report_unknown_members() {
    if (!names_.persons()) return;
    for (const auto& [slot, whose, member, at] : names_.persons()->wanted) {
      const auto& members = names_.persons()->known.find(slot)->second;
      const std::vector<std::string_view> known(members.begin(), members.end());
      const bool system = at.source == compilation_.system.source;
      if (members.contains(member) || (system && !base::nearest(member, known))) continue;
      diagnostics_.add(at, fmt::format("`{}` has no `{}`", whose, member),
                       known.empty() ? fmt::format("save it: `save: {{ {}.{}: … }}`", whose, member)
                                     : suggestion(member, known));
    }
  }

  void read_invariant(const InvariantSpec& spec, Names& names, bool own) {
    // An invariant is a step but for its `when`, which says at what moments it holds.
    Node step = spec.value;
    std::erase_if(step.entries, [](const Node::Entry& entry) { return entry.key.text == "when"; });
    StepReader steps(compilation_, names);
    if (auto compiled = steps.read_step(step)) {
      compiled->sentence = "invariant: " + spec.name;
      plan_.invariants.push_back({spec.name, *std::move(compiled), spec.always, own});
    }
  }

  Diagnostics& diagnostics_;
  const bool beside_;
  Names names_;
  Plan plan_;
  Compilation compilation_;
  StepReader steps_;
  std::vector<InvariantSpec> settled_;  // of the journey
};

}  // namespace

std::optional<Plan> read_journey(std::shared_ptr<const Source> source, const SystemSpec& system,
                                 Diagnostics& diagnostics, bool beside) {
  const size_t before = diagnostics.size();
  const std::optional<Node> root = read_yaml(std::move(source), diagnostics);
  if (!root) return std::nullopt;
  Plan plan = JourneyReader(system, diagnostics, beside).read(*root);
  if (diagnostics.size() != before) return std::nullopt;
  return plan;
}

}  // namespace peregrine::lang
