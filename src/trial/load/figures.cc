#include "trial/load/figures.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "lang/inner_steps.h"

namespace peregrine::trial {

using base::Duration;
using base::Histogram;
using base::Instant;
using play::Outcome;
using record::LoadFailures;
using record::LoadSlice;

namespace {

// Its times are of what it waits for, not of one request.
bool waits(const lang::Step& step) { return step.only_looks || step.within || step.sent_at; }

// Two that follow each other, as one.
LoadSlice join(const LoadSlice& first, const LoadSlice& second) {
  LoadSlice both = first;
  both.length += second.length;
  both.counted = first.counted && second.counted;
  both.requests += second.requests;
  both.plays += second.plays;
  both.failed += second.failed;
  both.users = std::max(first.users, second.users);
  both.streams = std::max(first.streams, second.streams);
  both.messages += second.messages;
  Histogram latency = Histogram::from_text(first.latency).value_or(Histogram());
  latency.merge(Histogram::from_text(second.latency).value_or(Histogram()));
  both.latency = latency.to_text();
  return both;
}

}  // namespace

Figures::Figures(const std::vector<const lang::Plan*>& plans, Instant begin, Instant from,
                 Instant until)
    : begin_(begin), from_(from), until_(until) {
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
    slice_.requests += 1;
    slice_latency_.add(times.answered - times.due);
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

void Figures::failed(const lang::Step* step, Instant due, std::string_view kind,
                     std::string_view message) {
  if (!counts(due)) return;
  auto found = failures_.find(kind);
  if (found == failures_.end()) {
    const std::string_view name = failures_.size() < kMostKinds ? kind : "others";
    found = failures_.try_emplace(std::string(name), LoadFailures{std::string(name)}).first;
  }
  LoadFailures& failures = found->second;
  ++failures.count;
  if (failures.texts.size() >= LoadFailures::kMostTexts) return;
  std::string text = step ? fmt::format("{}: {}", step->sentence, message) : std::string(message);
  if (std::ranges::find(failures.texts, text) == failures.texts.end()) {
    failures.texts.push_back(std::move(text));
  }
}

void Figures::play_begun(Instant due) { begun_ += counts(due) ? 1 : 0; }

void Figures::play_ended(Instant due, Instant ended, Outcome outcome, bool looked) {
  if (outcome != Outcome::cancelled) {
    slice_.plays += 1;
    slice_.failed += outcome == Outcome::failed ? 1 : 0;
  }
  if (!counts(due)) return;
  if (outcome == Outcome::cancelled) {
    ++cut_;
    return;
  }
  ++ended_;
  if (looked) ++looked_;
  if (outcome == Outcome::failed) ++failed_;
  if (outcome == Outcome::lost) ++lost_;
  plays_.add(ended - due);
}

void Figures::set_playing(uint64_t users) {
  users_now_ = users;
  users_ = std::max(users_, users);
  slice_.users = std::max(slice_.users, users);
}

void Figures::close_slice(Instant now) {
  const Duration since = now - begin_;
  slice_.length = since - slice_.begin;
  if (slice_.length <= Duration::zero()) return;
  slice_.counted = begin_ + slice_.begin >= from_ && begin_ + slice_.begin < until_;
  slice_.latency = slice_latency_.to_text();
  close_streams();
  // The clock that closes them is not exact.
  const Duration most = slice_length_ + slice_length_ / 10;
  if (!slices_.empty() && slices_.back().length + slice_.length <= most) {
    slices_.back() = join(slices_.back(), slice_);
  } else {
    slices_.push_back(std::move(slice_));
  }
  slice_ = {.begin = since, .users = users_now_};
  slice_latency_.clear();
  if (slices_.size() < kMostSlices) return;
  for (size_t i = 0; i < kMostSlices / 2; ++i)
    slices_[i] = join(slices_[2 * i], slices_[2 * i + 1]);
  slices_.resize(kMostSlices / 2);
  slice_length_ *= 2;
}

// What has come on streams since the slice began.
void Figures::close_streams() {
  const play::StreamTotals::Counts& now = totals_.counts();
  slice_.streams = totals_.take_most_open();
  slice_.messages = now.messages - told_.messages;
  if (slice_.counted) {
    streams_.opened += now.opened - told_.opened;
    streams_.broke += now.broke - told_.broke;
    streams_.messages += slice_.messages;
    streams_.bytes += now.bytes - told_.bytes;
    streams_.most_open = std::max(streams_.most_open, slice_.streams);
  }
  told_ = now;
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
  result.slices = slices_;
}

void Figures::tell_totals(record::LoadResult& result) const {
  result.users = users_;
  result.begun = begun_;
  result.ended = ended_;
  result.failed = failed_;
  result.lost = lost_;
  result.cut = cut_;
  result.looked = looked_;
  result.requests = requests();
  result.plays = plays_;
  result.streams = streams_;
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
