#include "trial/load/workers.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace peregrine::trial {

using base::Code;
using base::Duration;
using base::fail;
using base::Instant;
using base::Result;
using namespace std::chrono_literals;
using Message = std::optional<std::string>;

namespace {

constexpr Duration kStartWithin = 10s;
constexpr Duration kTellWithin = 10s;
constexpr Duration kEndWithin = 2s;  // of a process whose channel has ended

}  // namespace

io::Task<Result<>> Workers::start(io::Worker::Work work) {
  auto worker = co_await io::Worker::start(loop_, std::move(work), loop_.in(kStartWithin));
  if (!worker) co_return base::because(worker.error(), "a process for users could not be started");
  auto member = std::make_unique<Member>();
  member->worker = *std::move(worker);
  member->told.resize(roles_);
  members_.push_back(std::move(member));
  co_return Result<>{};
}

io::Task<Result<>> Workers::begin(Instant at, Figures& figures, std::function<void()> lost) {
  figures_ = &figures;
  on_loss_ = std::move(lost);
  for (auto& member : members_) {
    const Result<> told = co_await member->worker->channel().send(
        crew::encode(crew::Order(crew::Begin{at})), loop_.in(kTellWithin));
    if (!told && told.error().code == Code::cancelled) co_return told;
    // Of one that has gone already the listener tells why.
    scope_.spawn(listen(*member));
  }
  co_return Result<>{};
}

void Workers::stop(Instant until) {
  if (std::exchange(stopped_, true)) return;
  for (auto& member : members_) scope_.spawn(tell(*member, crew::Stop{until}));
}

// One that does not read is not heard of either, which is noticed there.
io::Task<void> Workers::tell(Member& member, crew::Order order) {
  (void)co_await member.worker->channel().send(crew::encode(order), loop_.in(kTellWithin));
}

void Workers::kill() {
  on_loss_ = nullptr;
  for (auto& member : members_) member->worker->kill();
}

io::Task<Result<>> Workers::join() {
  const auto has_ended = [](const auto& member) { return member->ended; };
  while (!lost_ && !std::ranges::all_of(members_, has_ended)) {
    CO_TRY_OK(co_await changed_.wait(io::Deadline::never()));
  }
  if (lost_) co_return fail(Code::failed, "{}", *lost_);
  co_return Result<>{};
}

io::Task<void> Workers::listen(Member& member) {
  const Result<> heard = co_await hear_all(member);
  if (!heard) {
    if (heard.error().code == Code::cancelled) co_return;
    lose(member, heard.error().to_string());
  }
  changed_.notify_all();
}

void Workers::lose(const Member& member, std::string why) {
  if (lost_) return;
  lost_ = fmt::format("process {}, which played users, {}", member.worker->pid(), why);
  if (on_loss_) on_loss_();
}

io::Task<Result<>> Workers::hear_all(Member& member) {
  while (!member.ended) {
    CO_TRY(const std::string message, co_await next_message(member));
    auto word = crew::decode_word(message);
    if (!word || !heard(member, *std::move(word))) {
      co_return fail(Code::protocol, "said what nobody understands");
    }
  }
  co_return Result<>{};
}

// Time is counted in seconds of this process: one that was stopped for a while, as by Ctrl-Z, has
// not waited.
io::Task<Result<std::string>> Workers::next_message(Member& member) {
  for (int silent = 0; silent < kSilent; ++silent) {
    Result<Message> message = co_await member.worker->channel().receive(loop_.in(1s));
    if (message && *message) co_return **std::move(message);
    const Code code = message ? Code::closed : message.error().code;
    if (code == Code::timeout) continue;
    if (code == Code::cancelled) co_return std::unexpected(message.error());
    CO_TRY(const io::ExitStatus status, co_await member.worker->wait(loop_.in(kEndWithin)));
    const bool killed = status.signal == SIGKILL;
    co_return fail(Code::closed, "{}{}", status.to_string(),
                   killed ? ", as the system does to one that it has no memory for" : "");
  }
  co_return fail(Code::timeout, "has not said anything for {} s", kSilent);
}

// False for what cannot be.
bool Workers::heard(Member& member, crew::Word word) {
  if (auto* step = std::get_if<crew::StepMeasured>(&word)) {
    if (step->index >= figures_->steps().size()) return false;
    figures_->add_step(step->index, step->step);
  } else if (auto* failures = std::get_if<crew::FailuresMeasured>(&word)) {
    figures_->add_failures(failures->failures);
  } else if (auto* second = std::get_if<crew::SecondMeasured>(&word)) {
    member.playing = second->playing;
    member.generator.cpu = member.generator.busiest = second->cpu;
    member.generator.rss_bytes = second->rss_bytes;
    figures_->add_plays(second->plays);
    figures_->add_slice(std::move(second->slice));
  } else if (auto* told = std::get_if<crew::Told>(&word)) {
    if (told->role >= roles_ || member.told[told->role].plays.size() >= ToldPlays::kMost) {
      return false;
    }
    member.told[told->role].plays.push_back(std::move(told->play));
  } else if (auto* end = std::get_if<crew::Ended>(&word)) {
    if (end->plays_told.size() != roles_) return false;
    for (size_t role = 0; role < roles_; ++role) member.told[role].seen = end->plays_told[role];
    member.not_begun = end->not_begun;
    member.generator.lag = std::move(end->lag);
    member.playing = 0;
    member.ended = true;
  }
  return true;
}

uint64_t Workers::playing() const {
  uint64_t all = 0;
  for (const auto& member : members_) all += member->playing;
  return all;
}

uint64_t Workers::not_begun() const {
  uint64_t all = 0;
  for (const auto& member : members_) all += member->not_begun;
  return all;
}

std::vector<ToldPlays> Workers::told_plays(size_t role) const {
  std::vector<ToldPlays> all;
  for (const auto& member : members_) all.push_back(member->told[role]);
  return all;
}

void Workers::add_to(record::LoadResult::Generator& generator) const {
  for (const auto& member : members_) generator.add_process(member->generator);
}

}  // namespace peregrine::trial
