#include "report/kept_order.h"

#include <fmt/core.h>

#include <filesystem>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "record/statement_shape.h"

namespace peregrine::report {

using record::RaceAct;

namespace {

constexpr size_t kOfStatement = 84;  // characters that are shown
constexpr std::string_view kHead =
    "# What `peregrine race` has found. `peregrine run` plays it: in turn first, then in this "
    "order.\n"
    "# Each choice is a contender, from 0, with what he asks.\n";

// A text of JSON is one of YAML, whatever is in it.
std::string quoted(const std::string& text) { return base::to_json(base::Value(text)); }

std::string told(const RaceAct& act) {
  if (act.kind == RaceAct::Kind::commits) return "commits: others see it";
  const std::string text = base::printable(record::statement_shape(act.text));
  if (base::count_characters(text) <= kOfStatement) return text;
  return base::first_characters(text, kOfStatement - 1) + "…";
}

// Each choice has led to one of these.
std::vector<const RaceAct*> operations_of(const record::RaceFinding& finding) {
  std::vector<const RaceAct*> operations;
  for (const RaceAct& act : finding.acts) {
    const bool one = act.kind == RaceAct::Kind::asks || act.kind == RaceAct::Kind::commits;
    if (one) operations.push_back(&act);
  }
  return operations;
}

}  // namespace

std::string kept_order_text(const record::RaceResult& race, const record::RaceFinding& finding) {
  const std::string journey = std::filesystem::path(race.file).filename().string();
  const std::vector<const RaceAct*> operations = operations_of(finding);
  std::string text(kHead);
  text += fmt::format("replay: {}\nfinding: {}\ndescription: {}\n", quoted(journey),
                      quoted(finding.replay.id), quoted(finding.what));
  if (!finding.replay.environment.empty()) {
    text += fmt::format("in: [{}]\n", quoted(finding.replay.environment));
  }
  text += fmt::format("seed: {}\norder:\n", finding.replay.seed);
  for (size_t i = 0; i < finding.order.size(); ++i) {
    text += fmt::format("  - {}", finding.order[i]);
    if (i < operations.size()) text += " # " + told(*operations[i]);
    text += "\n";
  }
  return text;
}

std::string kept_order_name(const record::RaceResult& race, const record::RaceFinding& finding) {
  const std::filesystem::path file(race.file);
  return fmt::format("{}.{}.race.yaml", file.stem().string(), finding.replay.id);
}

}  // namespace peregrine::report
