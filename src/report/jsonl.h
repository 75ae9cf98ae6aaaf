// `--report jsonl=PATH`: one JSON object a line for each thing that happens, as it happens, so that
// a run that is killed leaves what it had. The form is in docs/running.md.
#pragma once

#include <cstdio>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "record/results.h"

namespace peregrine::report {

class JsonLines final : public record::Observer {
 public:
  // `out` outlives this. Each line is flushed; a pipe that nobody reads holds up the run.
  explicit JsonLines(std::FILE* out) : out_(out) {}

  void run_started(const record::RunResult& run) override;
  void system_ready(const record::RunResult& run) override;
  void not_started(const record::RunResult& run, const base::Error& why) override;
  void journey_started(const record::JourneyResult& journey) override;
  void step_finished(const record::JourneyResult& journey, const record::StepResult& step) override;
  void journey_finished(const record::JourneyResult& journey) override;
  void load_progressed(const record::LoadProgress& load) override;
  void race_finished(const record::RaceResult& race) override;
  void run_finished(const record::RunResult& run) override;

  // Fails if some line could not be written; after it none was tried.
  const base::Result<>& written() const { return written_; }

 private:
  void tell(std::string_view event, base::Map more);

  std::FILE* out_;
  base::Instant begin_{};  // of the run
  base::Result<> written_;
};

}  // namespace peregrine::report
