#include "record/masking.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace peregrine::record {
namespace {

Secrets key() {
  Secrets secrets;
  secrets.add("KEY", "s3cret");
  return secrets;
}

// With the secret in each of its texts.
JourneyResult telling(size_t steps) {
  const std::string told = "s3cret";
  Failure failure{told, told, 1, told, {{told, told, told, told}}, {told, told}, {}, 0};
  const Event event{{}, Event::Kind::log, told, told, told, told, false, {1, 2, told}};
  failure.events = {event};
  JourneyResult journey;
  journey.name = journey.file = journey.skip = told;
  journey.covers = journey.tags = {told};
  journey.steps.assign(steps, {told, 1, Verdict::passed, {}, 0, 0, told});
  journey.traffic = {{Event::Kind::log, told, 1, 0}};
  journey.kept = {{event}, 0};
  journey.notes = {{Note::Kind::late, told, 0, told, told, 1}};
  journey.failures = {failure};
  return journey;
}

// How often a text is in what is told of a journey.
size_t count(const JourneyResult& journey, const std::string& text) {
  size_t found = 0;
  auto look = [&](const std::string& in) { found += in == text ? 1 : 0; };
  auto look_at_event = [&](const Event& event) {
    for (const auto& in :
         {event.source, event.text, event.detail, event.outcome, event.cause.service}) {
      look(in);
    }
  };
  for (const auto& in : {journey.name, journey.file, journey.skip, journey.covers[0],
                         journey.tags[0], journey.traffic[0].source}) {
    look(in);
  }
  look_at_event(journey.kept.events[0]);
  for (const auto& in : {journey.notes[0].step, journey.notes[0].source, journey.notes[0].text}) {
    look(in);
  }
  for (const StepResult& step : journey.steps) {
    look(step.sentence);
    look(step.skip);
  }
  for (const Failure& failure : journey.failures) {
    const Mismatch& mismatch = failure.mismatches[0];
    look_at_event(failure.events[0]);
    for (const auto& in :
         {failure.step, failure.file, failure.message, failure.seen[0], failure.seen[1],
          mismatch.path, mismatch.expected, mismatch.actual, mismatch.note}) {
      look(in);
    }
  }
  return found;
}

constexpr size_t kTextsOfAJourney = 6 + 5 + 3 + 14;  // its own, an event, a note, a failure

TEST(Masking, LeavesNoTextOut) {
  RunResult result;
  result.trial = result.system = result.repeat = result.note = "s3cret";
  result.parties = {{"s3cret"}};
  result.journeys = {telling(2)};
  EXPECT_EQ(count(result.journeys[0], "s3cret"), kTextsOfAJourney + 4);
  mask(result, key());
  EXPECT_EQ(count(result.journeys[0], "<secret KEY>"), kTextsOfAJourney + 4);
  for (const auto& text :
       {result.trial, result.system, result.repeat, result.note, result.parties[0].name}) {
    EXPECT_EQ(text, "<secret KEY>");
  }
}

TEST(Masking, GoesDownToTheCauseOfAnError) {
  const base::Error error = base::because({base::Code::refused, "by s3cret"}, "at s3cret").error();
  EXPECT_EQ(masked(error, key()).to_string(), "at <secret KEY>: by <secret KEY>");
  EXPECT_EQ(masked(error, key()).code, base::Code::refused);
}

class Told final : public Observer {
 public:
  void system_ready(const RunResult& result) override { text += result.system + "\n"; }
  void journey_started(const JourneyResult& journey) override { text += journey.name + "\n"; }
  void step_finished(const JourneyResult& journey, const StepResult& step) override {
    text += step.sentence + std::to_string(journey.steps.size()) + " of " +
            std::to_string(journey.steps_planned) + "\n";
  }
  void journey_finished(const JourneyResult& journey) override {
    text += std::to_string(count(journey, "<secret KEY>")) + "\n";
  }
  void race_finished(const RaceResult& race) override { races.push_back(race); }
  std::string text;
  std::vector<RaceResult> races;
};

TEST(Masking, IsBetweenATrialAndItsObserver) {
  Told told;
  const Secrets secrets = key();
  MaskedObserver observer(told, secrets);
  RunResult result;
  result.system = "s3cret";
  observer.system_ready(result);
  JourneyResult one = telling(0);
  JourneyResult other = telling(0);
  observer.journey_started(one);
  observer.journey_started(other);
  for (JourneyResult* journey : {&one, &other, &one}) {
    journey->steps.push_back({"s3cret ", 1, Verdict::passed, {}, 0, 0, ""});
    journey->steps_planned += 2;  // as a block does
    observer.step_finished(*journey, journey->steps.back());
  }
  observer.journey_finished(other);
  observer.journey_finished(one);
  EXPECT_EQ(told.text,
            "<secret KEY>\n<secret KEY>\n<secret KEY>\n<secret KEY> 1 of 2\n"
            "<secret KEY> 1 of 2\n<secret KEY> 2 of 4\n28\n28\n");
}

TEST(Masking, ReachesTheActsOfARace) {
  Told told;
  const Secrets secrets = key();
  RaceResult race{.name = "s3cret", .file = "s3cret", .contenders = {"s3cret"}};
  race.stopped = race.serial_note = "s3cret";
  race.not_compared = {"s3cret"};
  const RaceAct act{RaceAct::Kind::asks,   0, "s3cret", "s3cret", "s3cret", false, false,
                    {{"s3cret", "s3cret"}}};
  race.findings = {{.what = "s3cret", .acts = {act}}};
  race.findings[0].replay = {
      .file = "s3cret", .journey = "s3cret", .environment = "s3cret", .command = "s3cret"};
  MaskedObserver(told, secrets).race_finished(race);
  ASSERT_EQ(told.races.size(), 1U);
  const RaceResult& masked = told.races.front();
  const RaceFinding& finding = masked.findings.front();
  for (const std::string& text :
       {masked.name, masked.file, masked.contenders[0], masked.stopped, masked.serial_note,
        masked.not_compared[0], finding.what, finding.acts[0].boundary, finding.acts[0].text,
        finding.acts[0].outcome, finding.acts[0].logs[0].source, finding.acts[0].logs[0].text,
        finding.replay.file, finding.replay.journey, finding.replay.environment,
        finding.replay.command}) {
    EXPECT_EQ(text, "<secret KEY>");
  }
}

TEST(Masking, ReachesWhatALoadHasObserved) {
  Secrets secrets;
  secrets.add("password", "hunter2-hunter2");
  RunResult run;
  LoadResult load;
  LoadObserved::Postgres postgres{.name = "db"};
  postgres.statements = {{.text = "SET ROLE 'hunter2-hunter2'"}};
  load.observed.postgres = {postgres};
  LoadObserved::Redis redis{.name = "cache"};
  redis.slowest = {{"SET token hunter2-hunter2", {}}};
  load.observed.redis = {redis};
  load.observed.providers = {{.name = "stripe", .routes = {{"GET /hunter2-hunter2"}}}};
  run.loads = {load};
  mask(run, secrets);
  const LoadObserved& masked = run.loads.front().observed;
  EXPECT_FALSE(masked.postgres[0].statements[0].text.contains("hunter2"));
  EXPECT_FALSE(masked.redis[0].slowest[0].text.contains("hunter2"));
  EXPECT_FALSE(masked.providers[0].routes[0].title.contains("hunter2"));
  EXPECT_TRUE(masked.postgres[0].statements[0].text.starts_with("SET ROLE"));
}

TEST(Masking, ReachesALoadThatIsPlayed) {
  struct Load final : Observer {
    void load_progressed(const LoadProgress& load) override { names = load.so_far().name; }
    void load_finished(const LoadResult& load) override { names += " " + load.name; }
    std::string names;
  } told;
  const Secrets secrets = key();
  MaskedObserver observer(told, secrets);
  LoadResult load;
  load.name = "s3cret";
  observer.load_progressed({.name = "s3cret", .so_far = [&] { return load; }});
  observer.load_finished(load);
  EXPECT_EQ(told.names, "<secret KEY> <secret KEY>");
}

}  // namespace
}  // namespace peregrine::record
