#include "trial/load/figures.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "lang/inner_steps.h"
#include "lang/pages.h"

namespace peregrine::trial {

using base::Duration;
using base::Histogram;
using base::Instant;
using play::Outcome;
using record::LoadFailures;
using record::LoadSlice;
using record::LoadStep;

namespace {

// Its times are of what it waits for or of a whole page, not of one request.
bool waits(const lang::Step& step) {
  return step.only_looks || step.within || step.sent_at || lang::is_of_page(step);
}

}  // namespace

Figures::Figures(const std::vector<const lang::Plan*>& plans, Instant begin, Instant from,
                 Instant until, bool others)
    : begin_(begin), from_(from), until_(until), slices_(others) {
  for (const lang::Plan* plan : plans) {
    for (const lang::Person& person : plan->persons) add_steps(*plan, person.login);
    add_steps(*plan, plan->steps);
    for (const lang::Invariant& invariant : plan->invariants) {
      if (!invariant.of_one_play) continue;
      index_.emplace(&invariant.step, steps_.size());
      steps_.push_back({plan->name, invariant.step.sentence, invariant.step.at.line, true});
    }
  }
}

void Figures::add_steps(const lang::Plan& plan, const lang::Steps& steps) {
  for (const lang::Step& step : steps) {
    const auto inner = lang::inner_steps(step.action);
    index_.emplace(&step, steps_.size());
    steps_.push_back({plan.name, step.sentence, step.at.line, waits(step)});
    steps_.back().messages = step.sent_at.has_value();
    for (const lang::Steps* of_it : inner) add_steps(plan, *of_it);
  }
}

void Figures::step_ended(const lang::Step& step, const play::StepTimes& times, Outcome outcome) {
  const auto at = index_.find(&step);
  if (at == index_.end()) return;
  record::LoadStep& measured = steps_[at->second];
  if (times.measured && !measured.looks) {
    slice_.slice.requests += 1;
    slice_.latency.add(times.answered - times.due);
  }
  if (!counts(times.due)) return;
  ++measured.ended;
  if (outcome == Outcome::lost) ++measured.lost;
  if (outcome == Outcome::failed) ++measured.failed;
  if (times.measured) measured.times.add(times.due, times.sent, times.answered);
}

void Figures::received(const lang::Step& step, Instant sent, Instant came) {
  const auto at = index_.find(&step);
  if (at == index_.end() || !counts(came)) return;
  steps_[at->second].times.latency.add(came - sent);
}

LoadFailures& Figures::failures_of(std::string_view kind) {
  auto found = failures_.find(kind);
  if (found == failures_.end()) {
    const std::string_view name = failures_.size() < kMostKinds ? kind : "others";
    found = failures_.try_emplace(std::string(name), LoadFailures{std::string(name)}).first;
  }
  return found->second;
}

void Figures::failed(const lang::Step* step, Instant due, std::string_view kind,
                     std::string_view message) {
  if (!counts(due)) return;
  LoadFailures& failures = failures_of(kind);
  ++failures.count;
  if (failures.texts.size() >= LoadFailures::kMostTexts) return;
  std::string text = step ? fmt::format("{}: {}", step->sentence, message) : std::string(message);
  if (std::ranges::find(failures.texts, text) == failures.texts.end()) {
    failures.texts.push_back(std::move(text));
  }
}

void Figures::play_begun(Instant due) { plays_.begun += counts(due) ? 1 : 0; }

void Figures::play_ended(Instant due, Instant ended, Outcome outcome, PlayKind kind) {
  if (outcome != Outcome::cancelled) {
    slice_.slice.plays += 1;
    slice_.slice.failed += outcome == Outcome::failed ? 1 : 0;
  }
  if (!counts(due)) return;
  if (outcome == Outcome::cancelled) {
    ++plays_.cut;
    return;
  }
  ++plays_.ended;
  if (kind.looked) ++plays_.looked;
  if (outcome == Outcome::failed) ++plays_.failed;
  if (outcome == Outcome::lost) ++plays_.lost;
  if (!kind.browsed) plays_.times.add(ended - due);
}

void Figures::set_playing(uint64_t users) {
  users_now_ = users;
  users_ = std::max(users_, users);
  slice_.slice.users = std::max(slice_.slice.users, users);
}

SlicePart Figures::take_slice(Instant now) {
  const Duration since = now - begin_;
  const Instant at = begin_ + slice_.slice.begin;
  slice_.slice.length = since - slice_.slice.begin;
  slice_.slice.counted = at >= from_ && at < until_;
  slice_.streams = take_streams();
  slice_.slice.streams = slice_.streams.most_open;
  slice_.slice.messages = slice_.streams.messages;
  return std::exchange(slice_, {.number = slice_.number + 1,
                                .slice = {.begin = since, .users = users_now_},
                                .latency = Histogram(),
                                .streams = {}});
}

LoadStep Figures::take_step(size_t index) {
  LoadStep& of_all = steps_[index];
  LoadStep part = std::move(of_all);
  of_all = {part.journey, part.sentence, part.line, part.looks};
  of_all.messages = part.messages;
  return part;
}

std::vector<LoadFailures> Figures::take_failures() {
  std::vector<LoadFailures> all;
  for (auto& [kind, failures] : failures_) {
    if (failures.count == 0) continue;
    all.push_back(failures);
    failures.count = 0;  // its texts have been told: they need not be again
  }
  return all;
}

void Figures::add_step(size_t index, const LoadStep& part) { steps_[index].add(part); }

void Figures::add_failures(const LoadFailures& part) { failures_of(part.kind).add(part); }

void Figures::add_plays(const Plays& part) {
  plays_.begun += part.begun;
  plays_.ended += part.ended;
  plays_.failed += part.failed;
  plays_.lost += part.lost;
  plays_.cut += part.cut;
  plays_.looked += part.looked;
  plays_.times.merge(part.times);
}

// What has come on streams since it was asked last.
record::LoadStreams Figures::take_streams() {
  const play::StreamTotals::Counts now = totals_.counts();
  const play::StreamTotals::Counts before = std::exchange(told_, now);
  return {.opened = now.opened - before.opened,
          .most_open = totals_.take_most_open(),
          .broke = now.broke - before.broke,
          .messages = now.messages - before.messages,
          .bytes = now.bytes - before.bytes};
}

void Figures::close_slice(Instant now) {
  SlicePart part = take_slice(now);
  count_streams(part);
  slices_.close(std::move(part));
}

void Figures::add_slice(SlicePart part) {
  count_streams(part);
  slices_.add(std::move(part));
}

// How many were open at the same time is told by the slices, where processes are added up.
void Figures::count_streams(const SlicePart& part) {
  if (!part.slice.counted) return;
  record::LoadStreams counted = part.streams;
  counted.most_open = 0;
  streams_.add(counted);
}

record::Latencies Figures::requests() const {
  record::Latencies all;
  for (const record::LoadStep& step : steps_) {
    if (!step.looks) all.merge(step.times);
  }
  return all;
}

void Figures::tell(record::LoadResult& result) const {
  tell_totals(result);
  result.steps.clear();
  for (const record::LoadStep& step : steps_) {
    if (step.ended > 0 || !step.times.latency.empty()) result.steps.push_back(step);
  }
  result.slices = slices();
}

void Figures::tell_totals(record::LoadResult& result) const {
  result.users = users_;
  for (const LoadSlice& slice : slices()) result.users = std::max(result.users, slice.users);
  result.begun = plays_.begun;
  result.ended = plays_.ended;
  result.failed = plays_.failed;
  result.lost = plays_.lost;
  result.cut = plays_.cut;
  result.looked = plays_.looked;
  result.requests = requests();
  result.plays = plays_.times;
  result.streams = streams_;
  for (const LoadSlice& slice : slices()) {
    if (slice.counted) result.streams.most_open = std::max(result.streams.most_open, slice.streams);
  }
  result.steps.clear();
  for (const record::LoadStep& step : steps_) {
    if (step.ended == 0 && step.times.latency.empty()) continue;
    record::LoadStep told{step.journey, step.sentence, step.line,  step.looks,
                          step.ended,   step.lost,     step.failed};
    told.times.latency = step.times.latency;
    told.messages = step.messages;
    result.steps.push_back(std::move(told));
  }
  result.failures.clear();
  for (const auto& [kind, failures] : failures_) result.failures.push_back(failures);
  std::ranges::sort(result.failures, std::greater(), &LoadFailures::count);
}

}  // namespace peregrine::trial
