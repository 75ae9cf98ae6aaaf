#include "lang/trial_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace peregrine::lang {

namespace {

class TrialReader {
 public:
  TrialReader(const Fields& journey, StepReader& steps)
      : journey_(journey), steps_(steps), diagnostics_(steps.compilation().diagnostics) {}

  void read() {
    if (const Node* race = note("race")) read_race(*race);
    if (const Node* load = note("load")) read_load(*load);
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
    const Fields fields(node, "`load`", diagnostics_,
                        {"users", "rate", "for", "iterations", "stages", "think", "thresholds",
                         "verify", "account"});
    for (std::string_view key : {"users", "iterations"}) {
      if (fields[key])
        read_count(*fields[key], fmt::format("`{}`", key), 1'000'000'000, diagnostics_);
    }
    if (fields["for"]) read_duration(*fields["for"], "`for`", diagnostics_);
    if (fields["rate"]) read_rate(*fields["rate"]);
    if (fields["think"]) read_span(*fields["think"]);
    if (fields["verify"]) read_percent(*fields["verify"], "`verify`");
    if (fields["account"]) (void)Shape::compile(*fields["account"], steps_.names(), diagnostics_);
    if (fields["users"] && fields["rate"]) {
      diagnostics_.add(fields["rate"]->at, "a load has `users` or a `rate`, not both",
                       "users take turns; a rate starts plays whether earlier ones ended or not");
    }
    if (const Node* stages = fields["stages"]) read_stages(*stages);
    if (const Node* thresholds = fields["thresholds"]) read_thresholds(*thresholds);
  }

  void read_stages(const Node& node) {
    if (node.kind != Node::Kind::list) {
      diagnostics_.add(node.at, fmt::format("`stages` is a list, this is {}", node.describe()),
                       "write it as [{ to: 1000, in: 1m }]");
    }
    for (const Node& stage : node.items) {
      const Fields fields(stage, "a stage", diagnostics_, {"to", "in"});
      if (const Node* in = fields.required("in", "it is how long the stage takes: 1m")) {
        read_duration(*in, "`in`", diagnostics_);
      }
      (void)fields.required("to", "it is how many users, or which rate, at its end");
    }
  }

  // "200/s"
  void read_rate(const Node& node) {
    const size_t slash = std::min(node.text.find('/'), node.text.size());
    const std::string_view count = std::string_view(node.text).substr(0, slash);
    const std::string_view unit = std::string_view(node.text).substr(slash);
    double number = 0;
    const char* end = count.data() + count.size();
    const auto parsed = std::from_chars(count.data(), end, number);
    const bool positive = parsed.ec == std::errc() && parsed.ptr == end && number > 0;
    if (positive && (unit == "/s" || unit == "/m" || unit == "/h")) return;
    diagnostics_.add(node.at,
                     fmt::format("a rate is a number and a time, this is {}", node.describe()),
                     "write it as 200/s or 30/m");
  }

  // "3s" or "3s..7s"
  void read_span(const Node& node) {
    const std::string_view text = node.text;
    const size_t dots = text.find("..");
    const auto first = parse_duration(text.substr(0, dots));
    const auto last = dots == text.npos ? first : parse_duration(text.substr(dots + 2));
    if (first && last && *first <= *last) return;
    diagnostics_.add(node.at,
                     fmt::format("`think` is a length of time, this is {}", node.describe()),
                     "write it as 3s, or 3s..7s for one between the two");
  }

  void read_percent(const Node& node, std::string_view what) {
    const std::string_view text = node.text;
    double number = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool percent = text.ends_with('%') && parsed.ptr == text.data() + text.size() - 1;
    if (parsed.ec == std::errc() && percent && number >= 0 && number <= 100) return;
    diagnostics_.add(node.at, fmt::format("{} is a share, this is {}", what, node.describe()),
                     "write it as 1% or 0.1%");
  }

  void read_thresholds(const Node& node) {
    if (!check_map(node, "`thresholds`", diagnostics_)) return;
    static constexpr std::string_view kKnown[] = {"mean", "p50", "p90",    "p95", "p99",
                                                  "p999", "max", "errors", "rps"};
    for (const auto& [key, value] : node.entries) {
      const bool known = std::ranges::find(kKnown, key.text) != std::end(kKnown);
      if (value.kind == Node::Kind::map) {
        check_step(key);
        read_thresholds(value);
      } else if (!known && !key.text.contains('.')) {
        diagnostics_.add(key.at, fmt::format("there is no threshold `{}`", key.text),
                         suggestion(key.text, {std::begin(kKnown), std::end(kKnown)}));
      } else if (key.text == "errors") {
        read_percent(value, "`errors`");
      } else if (value.kind != Node::Kind::scalar || value.text.empty()) {
        diagnostics_.add(value.at, fmt::format("`{}` needs a bound", key.text),
                         "write the most that it may be, as in 200ms");
      }
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
