#include "lang/trial_options.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/inner_steps.h"
#include "lang/load_reader.h"

namespace peregrine::lang {

namespace {

class TrialReader {
 public:
  TrialReader(const Fields& journey, StepReader& steps)
      : journey_(journey), steps_(steps), diagnostics_(steps.compilation().diagnostics) {}

  void read() {
    if (const Node* race = note("race")) read_race(*race);
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
    for (std::string_view key : {"contenders", "bound"}) {
      if (fields[key]) read_count(*fields[key], fmt::format("`{}`", key), 1000, diagnostics_);
    }
    if (const Node* share = fields["share"]) {
      const auto& data = steps_.compilation().plan.data;
      std::vector<std::string_view> known;
      for (const Datum& datum : data) known.push_back(datum.name);
      if (share->kind != Node::Kind::list) (void)read_texts(*share, "`share`", diagnostics_);
      for (const Node& name : share->items) {
        if (std::ranges::find(known, name.text) != known.end()) continue;
        diagnostics_.add(name.at, fmt::format("there is no `{}` in `data`", name.text),
                         suggestion(name.text, known));
      }
    }
    if (const Node* from = fields["from"]) check_step(*from);
    if (const Node* expect = fields["expect"]) {
      const Fields parts(*expect, "`expect` of `race`", diagnostics_, {"won", "lost"});
      for (std::string_view key : {"won", "lost"}) {
        if (parts[key]) (void)Pattern::compile(*parts[key], steps_.names(), diagnostics_);
      }
    }
  }

  // A step is named by its sentence.
  void check_step(const Node& node) {
    std::vector<std::string_view> known;
    for (const Step& step : steps_.compilation().plan.steps) known.push_back(step.sentence);
    if (std::ranges::find(known, node.text) != known.end()) return;
    const auto near = base::nearest(node.text, known);
    diagnostics_.add(node.at, fmt::format("no step of this journey is called {}", node.describe()),
                     near ? fmt::format("did you mean `{}`?", *near)
                          : "write the step's sentence as it stands behind `step:`");
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
