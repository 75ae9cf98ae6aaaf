// The model that every report is made from: what was played, and what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "record/event.h"
#include "record/kept_events.h"
#include "record/load_result.h"
#include "record/notes.h"
#include "record/race_result.h"
#include "record/replay.h"

namespace peregrine::record {

// `skipped` is a journey that says itself why it is not played.
enum class Verdict { passed, failed, inconclusive, skipped };
std::string_view to_string(Verdict verdict);

// One place where what was expected and what came differ.
struct Mismatch {
  std::string path;      // "rows[0].status"
  std::string expected;  // as text for people: "completed", "a number"
  std::string actual;
  std::string note{};  // how they differ, on one line or several: "2 more"; may be empty
};

// An expectation that fell, or a step that could not be played.
struct Failure {
  std::string step;
  std::string file;
  int line = 0;
  std::string message;
  std::vector<Mismatch> mismatches;
  // What the step saw, shortened: with `within` each distinct value in order, otherwise one.
  std::vector<std::string> seen;
  // What every boundary and log saw from the beginning of the journey to the failure: the last of
  // it, and how many events came before.
  std::vector<Event> events;
  size_t earlier_events = 0;
  uint64_t number = 0;  // the step's, as the timeline counts; 0: it is not on it
};

struct StepResult {
  std::string sentence;
  int line = 0;
  Verdict verdict = Verdict::passed;
  base::Duration duration{};
  size_t checks_passed = 0;
  size_t checks_failed = 0;
  std::string skip{};      // why it was left out; empty when `when` was false
  uint64_t number = 0;     // as Cause::step; 0: it was left out, or nobody looked
  uint64_t block = 0;      // the number of the step that holds it; 0: none does
  base::Duration begin{};  // since the journey began
};

struct JourneyResult {
  std::string name;
  std::string file;
  int line = 0;
  std::vector<std::string> covers;
  std::vector<std::string> tags;
  std::string skip;    // why it was not played, if it is skipped
  uint64_t round = 0;  // which play of this journey, from 0
  uint64_t seed = 0;   // of this play: alone it plays the same again
  Verdict verdict = Verdict::passed;
  base::Duration reset{};  // putting the system back before it
  base::Duration duration{};
  std::vector<StepResult> steps;
  size_t steps_planned = 0;
  base::Instant began{};       // where its events and steps are counted from
  std::vector<Count> traffic;  // of all that its boundaries and logs saw
  KeptEvents kept;             // of these, when a report shows them
  std::vector<Note> notes;     // what is no failure and yet worth a look
  std::vector<Failure> failures;
  Replay replay{};  // of `run`, where it has failed

  size_t checks_passed() const;
  size_t checks_failed() const;
};

// What a run's events come from, beside the journey itself.
struct Party {
  enum class Kind { service, database, provider };
  std::string name;
  Kind kind = Kind::service;
};
std::string_view to_string(Party::Kind kind);

struct RunResult {
  std::string trial;
  std::string system;
  std::vector<Party> parties{};  // of the system, services first
  uint64_t seed = 0;             // of the first round; each further one has the next
  uint64_t rounds = 1;
  bool shuffled = false;  // the order was the seed's
  Verdict verdict = Verdict::passed;
  base::WallTime started{};
  base::Duration startup{};   // until the system was ready
  base::Duration duration{};  // in all
  std::vector<JourneyResult> journeys;
  std::vector<LoadResult> loads{};  // of the trial `load`
  std::vector<RaceResult> races{};  // of the trial `race`, and of kept orders that fell
  std::string repeat;               // the command that plays this again
  std::string note;                 // why it was not played to its end, if it was not
};

// The race that a journey was played as; null if it was none.
const RaceResult* race_of(const JourneyResult& journey, const RunResult& run);

// How far a load is.
struct LoadProgress {
  std::string name;
  base::Duration elapsed{};
  base::Duration length{};  // Duration::max() when it ends after so many plays
  uint64_t playing = 0;     // users, now
  LoadSlice last{};         // what was measured last
  // All that was measured until now, but for its slices: made when it is asked for, and only while
  // the observer is being told.
  std::function<LoadResult()> so_far{};
};

// Told of progress while it happens. Methods must not wait.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void run_started(const RunResult&) {}
  virtual void system_ready(const RunResult&) {}
  virtual void not_started(const RunResult&, const base::Error&) {}  // and nothing comes after it
  virtual void journey_started(const JourneyResult&) {}
  virtual void step_finished(const JourneyResult&, const StepResult&) {}
  virtual void journey_finished(const JourneyResult&) {}
  virtual void load_progressed(const LoadProgress&) {}  // about once a second
  virtual void race_progressed(const RaceResult&) {}    // after each order
  virtual void load_finished(const LoadResult&) {}      // as the run's result will have it
  virtual void race_finished(const RaceResult&) {}      // before its journey is
  virtual void run_finished(const RunResult&) {}
};

}  // namespace peregrine::record
