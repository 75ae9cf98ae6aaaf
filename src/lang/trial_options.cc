#include "lang/trial_options.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/inner_steps.h"
#include "lang/load_reader.h"

namespace peregrine::lang {

namespace {

constexpr int64_t kMostContenders = 1'000;
constexpr int64_t kMostBound = 10;

class TrialReader {
 public:
  TrialReader(const Fields& journey, StepReader& steps)
      : journey_(journey), steps_(steps), diagnostics_(steps.compilation().diagnostics) {}

  void read() {
    Plan& plan = steps_.compilation().plan;
    if (const Node* race = journey_["race"]) {
      read_race(*race);
    } else if (has_together(plan)) {
      const bool alike = !steps_.names().is_read(plan.known.index);
      plan.race = RaceSpec{.at = journey_.node().at, .contenders = 0, .alike = alike};
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
                        {"contenders", "share", "from", "expect", "bound"});
    Plan& plan = steps_.compilation().plan;
    RaceSpec race{.at = node.at, .contenders = has_together(plan) ? 0u : 2u};
    if (const Node* count = fields["contenders"]) {
      race.contenders =
          static_cast<size_t>(read_count(*count, "`contenders`", kMostContenders, diagnostics_));
    }
    if (const Node* bound = fields["bound"]) {
      race.bound = read_count(*bound, "`bound`", kMostBound, diagnostics_);
    }
    if (const Node* share = fields["share"]) read_shared(*share, race);
    if (const Node* from = fields["from"]) race.from = find_step(*from);
    if (const Node* expect = fields["expect"]) {
      const Fields parts(*expect, "`expect` of `race`", diagnostics_, {"won", "lost"});
      const auto read = [&](std::string_view key, std::optional<Pattern>& into) {
        if (parts[key]) into = Pattern::compile(*parts[key], steps_.names(), diagnostics_);
      };
      read("won", race.won);
      read("lost", race.lost);
    }
    race.until = race.from;
    race.alike = !steps_.names().is_read(plan.known.index);
    while (race.until < plan.steps.size() && !looks(plan.steps[race.until].action)) ++race.until;
    plan.race = std::move(race);
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

  static bool has_together(const Plan& plan) {
    return std::ranges::any_of(plan.steps, [](const Step& step) {
      return std::holds_alternative<TogetherAction>(step.action);
    });
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
};

}  // namespace

void read_trial_options(const Fields& journey, StepReader& steps) {
  TrialReader(journey, steps).read();
}

}  // namespace peregrine::lang
