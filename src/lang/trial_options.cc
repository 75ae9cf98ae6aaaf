#include "lang/trial_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "lang/inner_steps.h"
#include "lang/journey_file.h"
#include "lang/load_reader.h"

namespace peregrine::lang {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kMostContenders = 1'000;
constexpr int64_t kMostBound = 10;
constexpr size_t kMostWith = 100;

class TrialReader {
 public:
  TrialReader(const Fields& journey, StepReader& steps, bool beside)
      : journey_(journey),
        steps_(steps),
        diagnostics_(steps.compilation().diagnostics),
        beside_(beside) {}

  void read() {
    Plan& plan = steps_.compilation().plan;
    if (const Node* race = journey_["race"]) {
      read_race(*race);
    } else if (beside_ || find_together(plan)) {
      plan.race = begin_race(journey_.node().at);
      settle(*plan.race);
    }
    if (const Node* load = journey_["load"]) read_load(*load);
    if (const Node* chaos = note("chaos")) read_chaos(*chaos);
    if (const Node* probe = note("probe")) check_map(*probe, "`probe`", diagnostics_);
  }

 private:
  const Node* note(std::string_view trial) {
    const Node* node = journey_[trial];
    if (!node) return nullptr;
    steps_.compilation().plan.not_playable.push_back(
        {node->at, fmt::format("the trial `{}`", trial), false});
    return node;
  }

  void read_race(const Node& node) {
    const Fields fields(node, "`race`", diagnostics_,
                        {"contenders", "with", "share", "from", "expect", "bound"});
    RaceSpec race = begin_race(node.at);
    if (const Node* with = fields["with"]; with && !beside_) {
      read_with(*with, race);
      race.contenders = 1;
      race.together.reset();
    }
    if (const Node* count = fields["contenders"]; count && !beside_) {
      race.contenders =
          static_cast<size_t>(read_count(*count, "`contenders`", kMostContenders, diagnostics_));
      race.together.reset();
    }
    if (const Node* bound = fields["bound"]) {
      race.bound = read_number(*bound, "`bound`", 0, kMostBound, diagnostics_);
    }
    if (const Node* share = fields["share"]) read_shared(*share, race);
    if (const Node* from = fields["from"]) race.from = find_step(*from);
    if (const Node* expect = fields["expect"]) {
      const Fields parts(*expect, "`expect` of `race`", diagnostics_, {"won", "lost"});
      const auto read = [&](std::string_view key, std::optional<Pattern>& into) {
        if (parts[key] && !beside_) {
          into = Pattern::compile(*parts[key], steps_.names(), diagnostics_);
        }
      };
      read("won", race.won);
      read("lost", race.lost);
    }
    settle(race);
    steps_.compilation().plan.race = std::move(race);
  }

  // Of a journey that says no more: one who plays it beside others, the branches of its
  // `together`, or two.
  RaceSpec begin_race(const Place& at) {
    RaceSpec race{.at = at, .contenders = beside_ ? 1u : 2u};
    if (!beside_) race.together = find_together(steps_.compilation().plan);
    if (race.together) race.contenders = 0;
    return race;
  }

  void settle(RaceSpec& race) {
    const Plan& plan = steps_.compilation().plan;
    race.alike = !steps_.names().is_read(plan.known.index);
    race.until = race.from;
    while (race.until < plan.steps.size() && !looks(plan.steps[race.until].action)) ++race.until;
  }

  // Each is a file, from the folder of this one.
  void read_with(const Node& node, RaceSpec& race) {
    if (node.kind != Node::Kind::list || node.items.empty()) {
      diagnostics_.add(
          node.at, fmt::format("`with` is a list of other journeys, this is {}", node.describe()),
          "write it in brackets: [cancel.yaml]");
      return;
    }
    if (node.items.size() > kMostWith) {
      diagnostics_.add(node.at, fmt::format("`with` has more than {} journeys", kMostWith));
      return;
    }
    for (const Node& item : node.items) {
      const std::string name = read_text(item, "a journey of `with`", diagnostics_);
      if (!name.empty()) add_beside(item, name, race);
    }
  }

  void add_beside(const Node& item, const std::string& name, RaceSpec& race) {
    const fs::path path = (fs::path(item.at.source->folder()) / name).lexically_normal();
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
      diagnostics_.add(item.at, fmt::format("there is no file {}", name),
                       "a journey's path starts from the folder of this file");
      return;
    }
    auto source = Source::read(path.string());
    if (!source) {
      diagnostics_.add(item.at, source.error().to_string());
      return;
    }
    auto other = read_journey(*source, steps_.compilation().system, diagnostics_, true);
    if (!other) return;
    Plan& plan = steps_.compilation().plan;
    plan.moves_clock = plan.moves_clock || other->moves_clock;
    plan.not_playable.insert(plan.not_playable.end(), other->not_playable.begin(),
                             other->not_playable.end());
    plan.env_reads.insert(plan.env_reads.end(), other->env_reads.begin(), other->env_reads.end());
    race.with.push_back(std::make_shared<const Plan>(*std::move(other)));
  }

  void read_shared(const Node& node, RaceSpec& race) {
    const auto& data = steps_.compilation().plan.data;
    std::vector<std::string_view> known;
    for (const Datum& datum : data) known.push_back(datum.name);
    if (node.kind != Node::Kind::list) (void)read_texts(node, "`share`", diagnostics_);
    for (const Node& name : node.items) {
      const auto found = std::ranges::find(known, name.text);
      if (found != known.end()) {
        race.shared.push_back(static_cast<size_t>(found - known.begin()));
      } else {
        diagnostics_.add(name.at, fmt::format("there is no `{}` in `data`", name.text),
                         suggestion(name.text, known));
      }
    }
  }

  static std::optional<size_t> find_together(const Plan& plan) {
    const auto found = std::ranges::find_if(plan.steps, [](const Step& step) {
      return std::holds_alternative<TogetherAction>(step.action);
    });
    if (found == plan.steps.end()) return std::nullopt;
    return static_cast<size_t>(found - plan.steps.begin());
  }

  // Is played when all who contend are done, for each.
  static bool looks(const Action& action) {
    return std::holds_alternative<SqlAction>(action) ||
           std::holds_alternative<RedisAction>(action) ||
           std::holds_alternative<SentAction>(action) ||
           std::holds_alternative<MailAction>(action) ||
           std::holds_alternative<SmsAction>(action) || std::holds_alternative<LogAction>(action);
  }

  // A step is named by its sentence.
  size_t find_step(const Node& node) {
    std::vector<std::string_view> known;
    for (const Step& step : steps_.compilation().plan.steps) known.push_back(step.sentence);
    const auto found = std::ranges::find(known, node.text);
    if (found != known.end()) return static_cast<size_t>(found - known.begin());
    const auto near = base::nearest(node.text, known);
    diagnostics_.add(node.at, fmt::format("no step of this journey is called {}", node.describe()),
                     near ? fmt::format("did you mean `{}`?", *near)
                          : "write the step's sentence as it stands behind `step:`");
    return 0;
  }

  void read_load(const Node& node) {
    std::vector<std::string_view> keys{"account"};
    keys.insert(keys.end(), kLoadKeys.begin(), kLoadKeys.end());
    const Fields fields(node, "`load`", diagnostics_, keys);
    std::vector<std::string_view> sentences;
    add_sentences(steps_.compilation().plan.steps, sentences);
    steps_.compilation().plan.load =
        lang::read_load(fields, node.at, {steps_.compilation().system, &sentences}, diagnostics_);
  }

  // Those of steps within steps too.
  static void add_sentences(const Steps& steps, std::vector<std::string_view>& sentences) {
    for (const Step& step : steps) {
      sentences.push_back(step.sentence);
      for (const Steps* inner : inner_steps(step.action)) add_sentences(*inner, sentences);
    }
  }

  void read_chaos(const Node& node) {
    if (!check_map(node, "`chaos`", diagnostics_)) return;
    for (const auto& [key, value] : node.entries) {
      if (value.text == "recovers" || value.text == "fails cleanly") continue;
      diagnostics_.add(value.at, fmt::format("`{}` promises {}", key.text, value.describe()),
                       "what may be promised is `recovers` or `fails cleanly`");
    }
  }

  const Fields& journey_;
  StepReader& steps_;
  Diagnostics& diagnostics_;
  const bool beside_;
};

}  // namespace

void read_trial_options(const Fields& journey, StepReader& steps, bool beside) {
  TrialReader(journey, steps, beside).read();
}

}  // namespace peregrine::lang
