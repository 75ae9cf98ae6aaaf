// What a person sees while a trial plays and when it has ended.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "record/results.h"

namespace peregrine::report {

struct TerminalOptions {
  bool color = false;
  bool live = false;     // a terminal: a line that shows what is being played
  bool quiet = false;    // failures and the last line only
  bool verbose = false;  // every step
  size_t width = 200;    // columns
};

class Terminal final : public record::Observer {
 public:
  // `out` outlives this. `plays`: how many results a run has that is played to its end.
  Terminal(std::FILE* out, TerminalOptions options, size_t plays)
      : out_(out), options_(options), planned_(plays) {}

  void system_ready(const record::RunResult& result) override;
  void journey_started(const record::JourneyResult& journey) override;
  void step_finished(const record::JourneyResult& journey, const record::StepResult& step) override;
  void journey_finished(const record::JourneyResult& journey) override;
  void load_progressed(const record::LoadProgress& load) override;
  void race_progressed(const record::RaceResult& race) override;
  void race_finished(const record::RaceResult& race) override;
  // The last lines.
  void summary(const record::RunResult& result);

 private:
  std::string steps_text(const record::JourneyResult& journey) const;
  void tell_skipped(const record::JourneyResult& journey);
  void clear_live();
  void show_live(const std::string& text);
  void print(const std::string& text);

  std::FILE* out_;
  TerminalOptions options_;
  size_t planned_;
  size_t begun_ = 0;
  uint64_t rounds_ = 1;
  bool is_load_ = false;  // journeys are told as what a load does once
  bool live_shown_ = false;
  std::optional<record::RaceResult> race_;  // of the journey that is finished next
};

}  // namespace peregrine::report
