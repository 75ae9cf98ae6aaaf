#include "trial/in_order.h"

#include <gtest/gtest.h>

#include <string>

namespace peregrine::trial {
namespace {

using record::JourneyResult;
using record::Verdict;

class Told final : public record::Observer {
 public:
  void journey_started(const JourneyResult& journey) override { text += journey.name + "("; }
  void step_finished(const JourneyResult& journey, const record::StepResult& step) override {
    text += step.sentence + std::to_string(journey.steps.size());
  }
  void journey_finished(const JourneyResult& journey) override {
    text += journey.verdict == Verdict::skipped ? journey.name + " " : ") ";
  }
  void race_finished(const record::RaceResult& race) override { text += "race " + race.name; }
  std::string text;
};

JourneyResult result_of(std::string name, size_t steps) {
  JourneyResult result;
  result.name = std::move(name);
  result.verdict = Verdict::passed;
  for (size_t i = 0; i < steps; ++i) result.steps.emplace_back().sentence = "s";
  return result;
}

class InOrderTest : public testing::Test {
 protected:
  // As a player does.
  void play(size_t number, const std::string& name) {
    begin(number, name);
    end(number);
  }
  void begin(size_t number, const std::string& name) {
    Playing& playing = playing_[number];
    playing = {&order_.begin(number), result_of(name, 0)};
    playing.observer->journey_started(playing.result);
  }
  void end(size_t number) {
    Playing& playing = playing_[number];
    playing.result.steps.emplace_back().sentence = "s";
    playing.observer->step_finished(playing.result, playing.result.steps.back());
    playing.observer->journey_finished(playing.result);
    order_.finish(number, playing.result);
  }
  std::string names() const {
    std::string all;
    for (const JourneyResult& result : run_.journeys) all += result.name;
    return all;
  }

  struct Playing {
    record::Observer* observer = nullptr;
    JourneyResult result;
  };
  Told told_;
  record::RunResult run_;
  InOrder order_{told_, run_};
  std::map<size_t, Playing> playing_;
};

TEST_F(InOrderTest, OneAfterTheOtherIsToldAsItGoes) {
  begin(0, "a");
  EXPECT_EQ(told_.text, "a(");
  end(0);
  play(1, "b");
  EXPECT_EQ(told_.text, "a(s1) b(s1) ");
  EXPECT_EQ(names(), "ab");
}

TEST_F(InOrderTest, OneThatEndsEarlyWaitsForItsTurn) {
  begin(0, "a");
  begin(1, "b");
  play(2, "c");
  end(1);
  EXPECT_EQ(told_.text, "a(");
  end(0);
  EXPECT_EQ(told_.text, "a(s1) b(s1) c(s1) ");
  EXPECT_EQ(names(), "abc");
}

TEST_F(InOrderTest, OneWhoseTurnComesInItsMidstIsToldAtItsEnd) {
  begin(0, "a");
  begin(1, "b");
  end(0);
  EXPECT_EQ(told_.text, "a(s1) ");
  begin(2, "c");
  end(1);
  end(2);
  EXPECT_EQ(told_.text, "a(s1) b(s1) c(s1) ");
}

TEST_F(InOrderTest, SkippedOnesHaveTheirPlace) {
  begin(0, "a");
  JourneyResult skipped = result_of("skipped", 0);
  skipped.verdict = Verdict::skipped;
  order_.finish(1, skipped);
  end(0);
  play(2, "c");
  EXPECT_EQ(told_.text, "a(s1) skipped c(s1) ");
}

TEST_F(InOrderTest, OneThatWasNotBegunHereIsToldWithItsRace) {
  begin(0, "a");
  order_.finish(1, result_of("b", 1), record::RaceResult{.name = "r"});
  EXPECT_EQ(told_.text, "a(");
  end(0);
  EXPECT_EQ(told_.text, "a(s1) b(s1race r) ");
  EXPECT_EQ(names(), "ab");
  EXPECT_EQ(run_.races.size(), 1U);
}

TEST_F(InOrderTest, WhenNoneComesAnyMoreTheRestIsToldInSpiteOfGaps) {
  begin(0, "a");
  begin(2, "c");
  end(2);
  end(0);
  EXPECT_EQ(told_.text, "a(s1) ");
  order_.close();
  EXPECT_EQ(told_.text, "a(s1) c(s1) ");
  EXPECT_EQ(names(), "ac");
}

}  // namespace
}  // namespace peregrine::trial
