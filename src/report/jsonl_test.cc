#include "report/jsonl.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"

namespace peregrine::report {
namespace {

using namespace std::chrono_literals;

// The lines that are in the file now, each read.
std::vector<base::Value> lines_of(std::FILE* file) {
  std::rewind(file);
  std::string text(100'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::vector<base::Value> lines;
  for (std::string_view line : base::split(text, '\n')) {
    if (line.empty()) continue;
    const auto json = base::parse_json(line);
    EXPECT_TRUE(json) << line;
    if (json) lines.push_back(*json);
  }
  return lines;
}

TEST(JsonLines, AreThereAsSoonAsTheyAreTold) {
  std::FILE* file = std::tmpfile();
  JsonLines lines(file);
  record::RunResult run;
  run.trial = "run";
  run.system = "shop";
  run.seed = 7;
  run.repeat = "peregrine run shop --seed 7";
  lines.run_started(run);
  auto told = lines_of(file);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(*told[0].find("event"), base::Value("run_started"));
  EXPECT_EQ(*told[0].find("seed"), base::Value(7));
  EXPECT_EQ(*told[0].find("repeat"), base::Value("peregrine run shop --seed 7"));

  record::JourneyResult journey;
  journey.name = "one\nline";
  journey.file = "a.yaml";
  journey.steps = {{"It is sent", 3, record::Verdict::failed, 2ms, 0, 1, "", 1, 0, 1ms}};
  journey.kept = {{{base::Instant{5ms}, record::Event::Kind::log, "api", "hello", "", "", false}},
                  4};
  journey.began = base::Instant{3ms};
  lines.system_ready(run);
  lines.journey_started(journey);
  lines.step_finished(journey, journey.steps[0]);
  lines.journey_finished(journey);
  lines.run_finished(run);
  told = lines_of(file);
  ASSERT_EQ(told.size(), 6U);
  EXPECT_EQ(*told[3].find("step")->find("verdict"), base::Value("failed"));
  EXPECT_EQ(*told[3].find("journey")->find("name"), base::Value("one\nline"));
  EXPECT_EQ(*told[4].find("earlier_events"), base::Value(4));
  EXPECT_EQ(*told[4].find("events")->as_list().at(0).find("at_s"), base::Value(0.002));
  EXPECT_EQ(told[4].find("journey")->find("steps")->as_list().size(), 1U);
  EXPECT_EQ(*told[5].find("verdict"), base::Value("passed"));
  EXPECT_TRUE(lines.written());
  std::fclose(file);
}

TEST(JsonLines, ASystemThatDidNotStartIsToldOf) {
  std::FILE* file = std::tmpfile();
  JsonLines lines(file);
  lines.run_started({});
  lines.not_started({}, {base::Code::failed, "api ended with code 3"});
  const auto told = lines_of(file);
  EXPECT_EQ(*told.at(1).find("message"), base::Value("api ended with code 3"));
  std::fclose(file);
}

TEST(JsonLines, ThatCannotBeWrittenAreAnError) {
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  JsonLines lines(full);
  lines.run_started({});
  EXPECT_FALSE(lines.written());
  lines.run_finished({});
  EXPECT_EQ(lines.written().error().text, "write a line: No space left on device");
  std::fclose(full);
}

}  // namespace
}  // namespace peregrine::report
