#include "report/race_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "report/replay_json.h"

namespace peregrine::report {

using base::Value;
using record::RaceAct;
using record::RaceFinding;
using record::RaceResult;

namespace {

RaceAct::Kind read_kind(ValueReader& from) {
  static constexpr RaceAct::Kind kAll[] = {RaceAct::Kind::begins,  RaceAct::Kind::asks,
                                           RaceAct::Kind::commits, RaceAct::Kind::blocks,
                                           RaceAct::Kind::goes_on, RaceAct::Kind::ends};
  const std::string word = from.text("kind");
  const auto kind = std::ranges::find_if(
      kAll, [&](const RaceAct::Kind one) { return record::to_string(one) == word; });
  if (kind != std::end(kAll)) return *kind;
  from.fail(fmt::format("`kind` is `{}`, which this version does not know", word));
  return RaceAct::Kind::asks;
}

// A run that was kept before there were any has none.
std::vector<record::RaceLog> read_logs(ValueReader& from) {
  if (!from.has("logs")) return {};
  return read_list(from, "logs", kMostLogs, [](ValueReader& one) {
    return record::RaceLog{one.text("source"), one.text("text")};
  });
}

RaceAct read_act(ValueReader& from) {
  return {read_kind(from),
          from.number("contender"),
          from.text_or_empty("boundary"),
          from.text_or_empty("text"),
          from.text_or_empty("outcome"),
          from.truth("failed"),
          from.truth("preempts"),
          read_logs(from),
          from.number_or_0("more_logs")};
}

// A run that was kept before it was looked for has none.
std::optional<record::NoReturn> read_no_return(ValueReader& from) {
  if (!from.has("no_return")) return std::nullopt;
  ValueReader point(from.object("no_return"));
  const record::NoReturn no_return{.act = point.number_if_there("act"),
                                   .orders = point.number("orders"),
                                   .preemptions = point.number("preemptions")};
  from.take_error_of(point);
  return no_return;
}

RaceFinding read_finding(ValueReader& from) {
  RaceFinding finding;
  finding.kind = from.text("kind");
  finding.what = from.text("what");
  finding.order = read_order(from);
  finding.acts = read_list(from, "acts", kMostActs, read_act);
  finding.preemptions = from.number("preemptions");
  finding.schedule = from.number("schedule");
  finding.replayed = from.number("replayed");
  finding.confirmed = from.number("confirmed");
  finding.no_return = read_no_return(from);
  finding.no_return_note = from.text_or_empty("no_return_note");
  finding.further = from.number_or_0("further");
  finding.replay = read_replay_of(from);
  return finding;
}

std::vector<std::string> read_texts(ValueReader& from, std::string_view key, size_t most) {
  std::vector<std::string> texts = from.texts(key);
  if (texts.size() > most) from.fail(fmt::format("`{}` has more than {} elements", key, most));
  return texts;
}

// What is drawn has a column for each who contends, and the point of no return behind an act.
void check_acts(ValueReader& from, const RaceResult& race) {
  const size_t count = race.contenders.size();
  for (const RaceFinding& finding : race.findings) {
    const size_t acts = finding.acts.size();
    if (finding.no_return && finding.no_return->act && *finding.no_return->act >= acts) {
      from.fail(fmt::format("`no_return` is behind none of the {} acts", acts));
    }
    const bool known = std::ranges::all_of(
        finding.acts, [&](const RaceAct& act) { return act.contender < count; });
    if (!known) from.fail(fmt::format("an act is of one beyond the {} contenders", count));
  }
}

}  // namespace

RaceResult read_race(ValueReader& from) {
  RaceResult race;
  race.name = from.text("journey");
  race.file = from.text("file");
  race.line = static_cast<int>(from.number("line"));
  race.contenders = read_texts(from, "contenders", kMostContenders);
  race.fired = from.number("fired");
  race.fired_fell = from.number("fired_fell");
  race.schedules = from.number("schedules");
  race.sampled = from.number("sampled");
  race.serial_orders = from.number("serial_orders");
  race.operations = from.number("operations");
  race.bound = from.number("bound");
  race.exhausted = from.truth("exhausted");
  race.stopped = from.text_or_empty("stopped");
  race.without_conflict = from.number("without_conflict");
  race.symmetric = from.number("symmetric");
  race.not_compared = read_texts(from, "not_compared", kMostNotCompared);
  race.serial_note = from.text_or_empty("serial_note");
  race.median = from.seconds("median_s");
  race.findings = read_list(from, "findings", kMostFindings, read_finding);
  check_acts(from, race);
  return race;
}

}  // namespace peregrine::report
