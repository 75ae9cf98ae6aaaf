#include "report/load_text.h"

#include <gtest/gtest.h>

namespace peregrine::report {
namespace {

using record::LoadResult;
using namespace std::chrono_literals;

constexpr size_t kWidth = 120;

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

LoadResult some_load() {
  LoadResult load;
  load.name = "Peak";
  load.measured = 2s;
  load.requests.latency.add(5ms, 200);
  return load;
}

TEST(LoadText, HasNoRowsOfWhatIsNotKnown) {
  LoadResult load = some_load();
  const std::string killed = load_text(load, Paint(false), kWidth);
  EXPECT_TRUE(has(killed, "all requests")) << killed;
  EXPECT_FALSE(has(killed, "of it:")) << killed;
  EXPECT_FALSE(has(killed, "whole plays")) << killed;
  EXPECT_FALSE(has(killed, "Peregrine itself")) << killed;

  load.requests.service.add(4ms, 200);
  load.requests.blocked.add(1ms, 200);
  load.generator.rss_bytes = 50'000'000;
  const std::string whole = load_text(load, Paint(false), kWidth);
  EXPECT_TRUE(has(whole, "of it: the service")) << whole;
  EXPECT_TRUE(has(whole, "of it: held up before")) << whole;
  EXPECT_TRUE(has(whole, "Peregrine itself: 0% of a processor")) << whole;
}

TEST(LoadText, CutsLongNamesWithAnEllipsis) {
  LoadResult load = some_load();
  record::LoadStep step{"Peak", "He " + std::string(100, 'x') + " does", 3};
  step.times = load.requests;
  load.steps = {step};
  const std::string text = load_text(load, Paint(false), 100);
  EXPECT_TRUE(has(text, "xx…  ")) << text;
  EXPECT_FALSE(has(text, "does")) << text;
}

TEST(LoadText, MarksWhatIsNotCountedInTheCurves) {
  LoadResult load = some_load();
  for (int i = 0; i < 5; ++i) {
    load.slices.push_back({.begin = i * 1s, .length = 1s, .counted = i > 1, .requests = 10});
  }
  load.warm_up = 2s;
  const std::string text = load_text(load, Paint(false), kWidth);
  EXPECT_TRUE(has(text, "\n            ··     not counted above: the warm-up")) << text;
  load.slices.erase(load.slices.begin(), load.slices.begin() + 2);
  EXPECT_FALSE(has(load_text(load, Paint(false), kWidth), "not counted")) << text;
}

TEST(LoadText, HasNoTimesOfAPhaseWithoutAnswers) {
  LoadResult load = some_load();
  load.limit = record::LoadLimit{.fell = 10, .phases = {{.level = 10, .fell = "nobody answers"}}};
  const std::string text = load_text(load, Paint(false), kWidth);
  EXPECT_TRUE(has(text, "         -         -         -")) << text;
  EXPECT_TRUE(has(text, "fell: nobody answers")) << text;
}

}  // namespace
}  // namespace peregrine::report
