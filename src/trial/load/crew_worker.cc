#include "trial/load/crew_worker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/packing.h"
#include "base/value_packing.h"
#include "trial/load/crew_messages.h"

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using namespace std::chrono_literals;
using Message = std::optional<std::string>;

namespace {

constexpr Duration kOrderWithin = 60s;  // the first, when all have been started
constexpr Duration kSendWithin = 60s;   // else nobody reads
// What plays tell `then`, of this worker; more of them are left out.
constexpr size_t kMostTold = 64 << 20;

class CrewWorker {
 public:
  CrewWorker(CrewWork of, io::Loop& loop, io::Channel& channel)
      : of_(of), loop_(loop), channel_(channel) {}

  io::Task<void> run() {
    const std::optional<Instant> begin = co_await hear_begin();
    if (!begin) co_return;
    (void)co_await loop_.sleep(std::max(*begin - loop_.now(), Duration::zero()));
    crew_.emplace(Crew::Setting{loop_, of_.endpoints, nullptr, of_.load, of_.profile, of_.share,
                                *begin, of_.seed, of_.most_users},
                  of_.parts);
    io::Scope playing(loop_);
    io::Scope beside(loop_);
    io::Scope listening(loop_);
    playing.spawn(play());
    beside.spawn(crew_->watch([this](bool) { return tell_second(); }));
    beside.spawn(crew_->measure_lag());
    listening.spawn(listen(playing));
    (void)co_await playing.join(io::Deadline::never());
    // What is being told is told to its end.
    crew_->end_watch();
    (void)co_await beside.join(io::Deadline::never());
    if (co_await tell_second()) co_await tell_end();
    listening.cancel({base::Code::cancelled, "all has been told"});
    (void)co_await listening.join(io::Deadline::never());
  }

 private:
  io::Task<std::optional<Instant>> hear_begin() {
    const Result<Message> message = co_await channel_.receive(loop_.in(kOrderWithin));
    if (!message || !*message) co_return std::nullopt;
    const auto order = crew::decode_order(**message);
    base::check(order && std::holds_alternative<crew::Begin>(*order), "no begin of a load");
    co_return std::get<crew::Begin>(*order).at;
  }

  io::Task<void> play() { (void)co_await crew_->play(); }

  // Until there is nobody to hear any more: then nobody is to play either.
  io::Task<void> listen(io::Scope& playing) {
    for (;;) {
      const Result<Message> message = co_await channel_.receive(io::Deadline::never());
      if (!message || !*message) break;
      const auto order = crew::decode_order(**message);
      if (!order) break;
      if (const auto* stop = std::get_if<crew::Stop>(&*order)) crew_->end_at(stop->until);
    }
    playing.cancel({base::Code::cancelled, "nobody listens"});
  }

  io::Task<bool> tell(crew::Word word) {
    co_return (co_await channel_.send(crew::encode(word), loop_.in(kSendWithin))).has_value();
  }

  // What is new of each step by itself: others play between two of them.
  io::Task<bool> tell_second() {
    Figures& figures = crew_->figures();
    for (size_t i = 0; i < figures.steps().size(); ++i) {
      const record::LoadStep& step = figures.steps()[i];
      if (step.ended == 0 && step.times.latency.empty()) continue;
      if (!co_await tell(crew::StepMeasured{i, figures.take_step(i)})) co_return false;
    }
    for (record::LoadFailures& failures : figures.take_failures()) {
      if (!co_await tell(crew::FailuresMeasured{std::move(failures)})) co_return false;
    }
    crew_->measure_itself();
    const auto& itself = crew_->generator();
    co_return co_await tell(crew::SecondMeasured{crew_->users().playing(), itself.cpu,
                                                 itself.rss_bytes, figures.take_plays(),
                                                 figures.take_slice(loop_.now())});
  }

  io::Task<void> tell_end() {
    crew::Ended ended{.not_begun = crew_->users().not_begun(), .lag = crew_->generator().lag};
    size_t told = 0;
    for (size_t role = 0; role < of_.parts.size(); ++role) {
      const ToldPlays& plays = crew_->users().told_plays(role);
      ended.plays_told.push_back(plays.seen);
      for (const base::Value& play : plays.plays) {
        const std::string message = crew::encode(crew::Word(crew::Told{role, play}));
        told += message.size();
        if (told > kMostTold || message.size() > io::Channel::kLongest) continue;
        if (!co_await channel_.send(message, loop_.in(kSendWithin))) co_return;
      }
    }
    (void)co_await tell(std::move(ended));
  }

  const CrewWork of_;
  io::Loop& loop_;
  io::Channel& channel_;
  std::optional<Crew> crew_;
};

}  // namespace

io::Task<void> play_as_worker(CrewWork of, io::Loop& loop, io::Channel& channel) {
  CrewWorker worker(of, loop, channel);
  co_await worker.run();
}

}  // namespace peregrine::trial
