// Each struct is taken apart by name, so that one more member does not compile until it is decided
// here whether it may hold a secret.
#include "record/masking.h"

#include <utility>

namespace peregrine::record {

namespace {

class Masking {
 public:
  explicit Masking(const Secrets& secrets) : secrets_(secrets) {}

  void mask(std::string& text) const {
    if (!text.empty()) text = secrets_.masked(text);
  }
  void mask(Event& event) const {
    auto& [at, kind, source, text, detail, outcome, failed, cause, took] = event;
    auto& [step, connection, service] = cause;
    mask_all(source, text, detail, outcome, service);
  }
  void mask(Count& count) const {
    auto& [kind, source, events, failed] = count;
    mask(source);
  }
  void mask(Mismatch& mismatch) const {
    auto& [path, expected, actual, note] = mismatch;
    mask_all(path, expected, actual, note);
  }
  void mask(Failure& failure) const {
    auto& [step, file, line, message, mismatches, seen, events, earlier_events, number] = failure;
    mask_all(step, file, message, mismatches, seen, events);
  }
  void mask(Note& note) const {
    auto& [kind, step, number, source, text, times] = note;
    mask_all(step, source, text);
  }
  void mask(Party& party) const {
    auto& [name, kind] = party;
    mask(name);
  }
  // What a picture shows nobody can look through.
  void mask(Picture& picture) const {
    auto& [at, step, name, failed, jpeg] = picture;
    mask(name);
  }
  void mask(KeptEvents& kept) const {
    auto& [events, earlier, pictures] = kept;
    mask_all(events, pictures);
  }
  void mask(StepResult& result) const {
    auto& [sentence, line, verdict, duration, checks_passed, checks_failed, skip, number, block,
           begin] = result;
    mask_all(sentence, skip);
  }
  void mask(Replay& replay) const {
    auto& [id, trial, file, journey, environment, seed, round, order, times, command] = replay;
    mask_all(file, journey, environment, command);
  }
  void mask(JourneyResult& result) const {
    auto& [name, file, line, covers, tags, skip, round, seed, verdict, reset, duration, steps,
           steps_planned, began, traffic, kept, notes, failures, replay] = result;
    mask_all(name, file, covers, tags, skip, steps, traffic, kept, notes, failures, replay);
  }
  void mask(RunResult& result) const {
    auto& [trial, system, parties, seed, rounds, shuffled, verdict, started, startup, duration,
           journeys, loads, races, repeat, note] = result;
    mask_all(trial, system, parties, journeys, loads, races, repeat, note);
  }
  void mask(LoadFailures& failures) const {
    auto& [kind, count, texts] = failures;
    mask_all(kind, texts);
  }
  void mask(LoadStep& step) const {
    auto& [journey, sentence, line, looks, ended, lost, failed, times, messages] = step;
    mask_all(journey, sentence);
  }
  void mask(LoadPhase& phase) const {
    auto& [level, requests, per_second, ended, failed, latency, fell] = phase;
    mask(fell);
  }
  void mask(LoadLimit& limit) const {
    auto& [held, fell, stopped, phases, recovery] = limit;
    mask_all(stopped, phases);
    if (recovery) mask(*recovery);
  }
  void mask(LoadThreshold& threshold) const {
    auto& [on, what, limit, actual, held, measured] = threshold;
    mask_all(on, what, limit, actual);
  }
  void mask(LoadObserved::Growth& growth) const {
    auto& [of, per_minute, margin, grown] = growth;
    mask(of);
  }
  void mask(LoadObserved::Process& process) const {
    auto& [name, kind, cpu, span, points, growth, network] = process;
    mask_all(name, growth);
  }
  void mask(LoadObserved::Statement& statement) const {
    auto& [text, calls, rows, total, p95] = statement;
    mask(text);
  }
  void mask(LoadObserved::Scanned& scanned) const {
    auto& [table, scans, rows_read, rows, size_bytes] = scanned;
    mask(table);
  }
  void mask(LoadObserved::Postgres& postgres) const {
    auto& [name, span, committed, rolled_back, deadlocks, blocks_hit, blocks_read, rows_returned,
           rows_fetched, rows_written, temporary_bytes, connections, waiting, looks, looks_waiting,
           knows_statements, calls, time, p95, statements, scanned] = postgres;
    mask_all(name, statements, scanned);
  }
  void mask(LoadObserved::SlowCommand& command) const {
    auto& [text, took] = command;
    mask(text);
  }
  void mask(LoadObserved::Redis& redis) const {
    auto& [name, span, commands, hits, misses, evicted, expired, memory_begin_bytes,
           memory_end_bytes, clients, slow, slowest] = redis;
    mask_all(name, slowest);
  }
  void mask(LoadObserved::Route& route) const {
    auto& [title, calls, failed] = route;
    mask(title);
  }
  void mask(LoadObserved::Provider& provider) const {
    auto& [name, calls, failed, webhooks, webhooks_failed, routes] = provider;
    mask_all(name, routes);
  }
  void mask(LoadObserved& observed) const {
    auto& [processes, postgres, redis, providers, gaps] = observed;
    mask_all(processes, postgres, redis, providers);
  }
  void mask(LoadResult& load) const {
    auto& [name, file, line, model, open, warm_up, measured, users, began, begun, ended, failed,
           lost, cut, not_begun, looked, requests, plays, streams, steps, failures, slices,
           thresholds, aborted, limit, observed, generator] = load;
    mask_all(name, file, model, steps, failures, thresholds, aborted, observed);
    if (limit) mask(*limit);
  }
  void mask(RaceAct& act) const {
    auto& [kind, contender, boundary, text, outcome, failed, preempts, logs, more_logs] = act;
    mask_all(boundary, text, outcome, logs);
  }
  void mask(RaceLog& log) const {
    auto& [source, text] = log;
    mask_all(source, text);
  }
  void mask(RaceFinding& finding) const {
    auto& [kind, what, order, acts, preemptions, schedule, replayed, confirmed, no_return,
           no_return_note, further, replay] = finding;
    mask_all(what, acts, replay);
  }
  void mask(RaceResult& race) const {
    auto& [name, file, line, contenders, fired, fired_fell, schedules, sampled, serial_orders,
           operations, bound, exhausted, stopped, without_conflict, symmetric, not_compared,
           serial_note, median, findings] = race;
    mask_all(name, file, contenders, stopped, not_compared, serial_note, findings);
  }
  void mask(LoadProgress& load) const {
    auto& [name, elapsed, length, playing, last, so_far] = load;
    mask(name);
    if (!so_far) return;
    so_far = [this, plain = std::move(so_far)] {
      LoadResult result = plain();
      mask(result);
      return result;
    };
  }
  template <class T>
  void mask(std::vector<T>& list) const {
    for (T& element : list) mask(element);
  }

 private:
  template <class... Parts>
  void mask_all(Parts&... parts) const {
    (mask(parts), ...);
  }

  const Secrets& secrets_;
};

}  // namespace

void mask(RunResult& result, const Secrets& secrets) {
  if (!secrets.empty()) Masking(secrets).mask(result);
}

void mask(JourneyResult& result, const Secrets& secrets) {
  if (!secrets.empty()) Masking(secrets).mask(result);
}

void mask(Event& event, const Secrets& secrets) {
  if (!secrets.empty()) Masking(secrets).mask(event);
}

base::Error masked(const base::Error& error, const Secrets& secrets) {
  const auto& [code, text, cause] = error;
  base::Error result{code, secrets.masked(text)};
  if (cause) result.cause = std::make_shared<const base::Error>(masked(*cause, secrets));
  return result;
}

RunResult MaskedObserver::copy_of(const RunResult& result) const {
  RunResult copy = result;
  mask(copy, secrets_);
  return copy;
}

void MaskedObserver::run_started(const RunResult& result) { inner_.run_started(copy_of(result)); }
void MaskedObserver::system_ready(const RunResult& result) { inner_.system_ready(copy_of(result)); }
void MaskedObserver::load_progressed(const LoadProgress& load) {
  LoadProgress copy = load;
  const Masking masking(secrets_);
  if (!secrets_.empty()) masking.mask(copy);
  inner_.load_progressed(copy);
}

void MaskedObserver::race_progressed(const RaceResult& race) {
  RaceResult copy = race;
  if (!secrets_.empty()) Masking(secrets_).mask(copy);
  inner_.race_progressed(copy);
}

void MaskedObserver::load_finished(const LoadResult& load) {
  LoadResult copy = load;
  if (!secrets_.empty()) Masking(secrets_).mask(copy);
  inner_.load_finished(copy);
}

void MaskedObserver::race_finished(const RaceResult& race) {
  RaceResult copy = race;
  if (!secrets_.empty()) Masking(secrets_).mask(copy);
  inner_.race_finished(copy);
}

void MaskedObserver::run_finished(const RunResult& result) { inner_.run_finished(copy_of(result)); }

void MaskedObserver::not_started(const RunResult& result, const base::Error& why) {
  inner_.not_started(copy_of(result), masked(why, secrets_));
}

void MaskedObserver::journey_started(const JourneyResult& journey) {
  copies_.erase(&journey);
  inner_.journey_started(copy_of(journey));
}

void MaskedObserver::step_finished(const JourneyResult& journey, const StepResult&) {
  const JourneyResult& copy = copy_of(journey);
  inner_.step_finished(copy, copy.steps.back());
}

void MaskedObserver::journey_finished(const JourneyResult& journey) {
  copies_.erase(&journey);
  inner_.journey_finished(copy_of(journey));
  copies_.erase(&journey);
}

// While a journey is played, its verdict, its number of steps and the list of them change. Steps
// that were copied before are not masked again: that would take time with the square of their
// number.
JourneyResult& MaskedObserver::copy_of(const JourneyResult& journey) {
  const auto [entry, fresh] = copies_.try_emplace(&journey);
  JourneyResult& copy = entry->second;
  if (fresh) {
    copy = journey;
    mask(copy, secrets_);
    return copy;
  }
  copy.verdict = journey.verdict;
  copy.steps_planned = journey.steps_planned;
  const Masking masking(secrets_);
  for (size_t i = copy.steps.size(); i < journey.steps.size(); ++i) {
    masking.mask(copy.steps.emplace_back(journey.steps[i]));
  }
  return copy;
}

}  // namespace peregrine::record
