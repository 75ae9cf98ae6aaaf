// Secrets masked in the model that reports are made of, and in what observers of progress see: a
// trial lets nothing else out, so that no format can forget it.
#pragma once

#include <map>

#include "base/result.h"
#include "record/results.h"
#include "record/secrets.h"

namespace peregrine::record {

// Every text of it.
void mask(RunResult& result, const Secrets& secrets);
void mask(JourneyResult& result, const Secrets& secrets);
void mask(Event& event, const Secrets& secrets);
base::Error masked(const base::Error& error, const Secrets& secrets);

// Tells another observer, with secrets masked. Both `inner` and `secrets` outlive it; secrets may
// be added meanwhile.
class MaskedObserver final : public Observer {
 public:
  MaskedObserver(Observer& inner, const Secrets& secrets) : inner_(inner), secrets_(secrets) {}

  void run_started(const RunResult& result) override;
  void system_ready(const RunResult& result) override;
  void not_started(const RunResult& result, const base::Error& why) override;
  void journey_started(const JourneyResult& journey) override;
  void step_finished(const JourneyResult& journey, const StepResult& step) override;
  void journey_finished(const JourneyResult& journey) override;
  void load_progressed(const LoadProgress& load) override;
  void race_progressed(const RaceResult& race) override;
  void load_finished(const LoadResult& load) override;
  void race_finished(const RaceResult& race) override;
  void run_finished(const RunResult& result) override;

 private:
  RunResult copy_of(const RunResult& result) const;
  JourneyResult& copy_of(const JourneyResult& journey);

  Observer& inner_;
  const Secrets& secrets_;
  // Of journeys that are being played: what has been told of each, masked step by step.
  std::map<const JourneyResult*, JourneyResult> copies_;
};

}  // namespace peregrine::record
