#include "report/load_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "report/observed_reader.h"

namespace peregrine::report {

using base::Histogram;
using base::Value;

namespace {

std::string read_histogram_text(ValueReader& from, std::string_view key) {
  ValueReader times(from.object(key));
  std::string text = times.text("histogram");
  from.take_error_of(times);
  return text;
}

Histogram read_histogram(ValueReader& from, std::string_view key) {
  const auto histogram = Histogram::from_text(read_histogram_text(from, key));
  if (!histogram) from.fail(fmt::format("the histogram of `{}` is none", key));
  return histogram.value_or(Histogram());
}

record::Latencies read_latencies(ValueReader& from) {
  return {read_histogram(from, "latency_us"), read_histogram(from, "service_us"),
          read_histogram(from, "blocked_us")};
}

record::LoadStep read_step(ValueReader& from) {
  return {from.text("journey"),  from.text("step"),    static_cast<int>(from.number("line")),
          from.truth("looks"),   from.number("ended"), from.number("lost"),
          from.number("errors"), read_latencies(from), from.truth("messages")};
}

record::LoadFailures read_failures(ValueReader& from) {
  return {from.text("kind"), from.number("count"), from.texts("texts")};
}

record::LoadThreshold read_threshold(ValueReader& from) {
  return {from.text("on"),     from.text("what"),  from.text("limit"),
          from.text("actual"), from.truth("held"), from.truth("measured")};
}

record::LoadPhase read_phase(ValueReader& from) {
  return {from.real("level"),   from.number("requests"), from.real("rps"),
          from.number("plays"), from.number("errors"),   read_histogram(from, "latency_us"),
          from.text("fell")};
}

std::optional<double> read_level(ValueReader& from, std::string_view key) {
  if (!from.has(key)) return std::nullopt;
  return from.real(key);
}

std::optional<record::LoadLimit> read_limit(ValueReader& from) {
  if (!from.has("limit")) return std::nullopt;
  ValueReader part(from.object("limit"));
  record::LoadLimit limit;
  limit.held = read_level(part, "held");
  limit.fell = read_level(part, "fell");
  limit.stopped = part.text("stopped");
  limit.phases = read_list(part, "phases", kMostLoadPhases, read_phase);
  if (part.has("recovery")) {
    // It is played at the level that held.
    if (!limit.held) part.fail("`recovery` is there, and `held` is not");
    ValueReader phase(part.object("recovery"));
    limit.recovery = read_phase(phase);
    part.take_error_of(phase);
  }
  from.take_error_of(part);
  return limit;
}

record::LoadObserved read_observed_of(ValueReader& from) {
  ValueReader part(from.object("observed"));
  record::LoadObserved observed = read_observed(part);
  from.take_error_of(part);
  return observed;
}

void read_plays(ValueReader& from, record::LoadResult& load) {
  ValueReader plays(from.object("plays"));
  load.begun = plays.number("begun");
  load.ended = plays.number("ended");
  load.failed = plays.number("failed");
  load.lost = plays.number("lost");
  load.cut = plays.number("cut");
  load.not_begun = plays.number("not_begun");
  load.looked = plays.number("looked");
  from.take_error_of(plays);
}

void read_streams(ValueReader& from, record::LoadResult& load) {
  ValueReader streams(from.object("streams"));
  load.streams = {streams.number("opened"), streams.number("most_open"), streams.number("broke"),
                  streams.number("messages"), streams.number("bytes")};
  from.take_error_of(streams);
}

void read_generator(ValueReader& from, record::LoadResult& load) {
  ValueReader generator(from.object("generator"));
  load.generator.cpu = generator.seconds("cpu_s");
  load.generator.busiest = generator.seconds("busiest_cpu_s");
  load.generator.rss_bytes = generator.number("rss_bytes");
  load.generator.processes = generator.number("processes");
  load.generator.lag = read_histogram(generator, "loop_lag_us");
  from.take_error_of(generator);
}

}  // namespace

record::LoadSlice read_load_slice(ValueReader& from) {
  record::LoadSlice slice{from.seconds("at_s"),   from.seconds("length_s"),
                          from.truth("counted"),  from.number("requests"),
                          from.number("plays"),   from.number("failed"),
                          from.number("users"),   read_histogram_text(from, "latency_us"),
                          from.number("streams"), from.number("messages")};
  if (from.good() && !Histogram::from_text(slice.latency)) {
    from.fail("the histogram of a slice is none");
  }
  return slice;
}

record::LoadResult read_load(ValueReader& from) {
  constexpr size_t kMostSteps = 5'000;
  record::LoadResult load;
  load.name = from.text("journey");
  load.file = from.text("file");
  load.line = static_cast<int>(from.number("line"));
  load.model = from.text("model");
  load.open = from.truth("open");
  load.warm_up = from.seconds("warm_up_s");
  load.measured = from.seconds("measured_s");
  load.users = from.number("users");
  read_plays(from, load);
  load.requests = read_latencies(from);
  load.plays = read_histogram(from, "play_us");
  read_streams(from, load);
  load.steps = read_list(from, "steps", kMostSteps, read_step);
  load.failures = read_list(from, "failures", kMostLoadFailures, read_failures);
  load.thresholds = read_list(from, "thresholds", kMostLoadThresholds, read_threshold);
  load.slices = read_list(from, "slices", kMostLoadSlices, read_load_slice);
  load.aborted = from.text_or_empty("aborted");
  load.limit = read_limit(from);
  load.observed = read_observed_of(from);
  read_generator(from, load);
  return load;
}

base::Result<> add_slice(record::LoadResult& load, record::LoadSlice slice) {
  auto& slices = load.slices;
  while (!slices.empty() && slices.back().begin >= slice.begin) slices.pop_back();
  if (slices.size() >= kMostLoadSlices) {
    return base::fail(base::Code::limit, "more than {} slices of a load", kMostLoadSlices);
  }
  slices.push_back(std::move(slice));
  return {};
}

record::LoadResult known_of(record::LoadResult load) {
  load.model = "ended before it was done: only what was told each second is known";
  for (const record::LoadSlice& slice : load.slices) {
    load.users = std::max(load.users, slice.users);
    if (slice.counted) {
      load.streams.most_open = std::max(load.streams.most_open, slice.streams);
      load.streams.messages += slice.messages;
    }
    if (!slice.counted) {
      load.warm_up += slice.length;
      continue;
    }
    load.measured += slice.length;
    load.begun += slice.plays;
    load.ended += slice.plays;
    load.failed += slice.failed;
    load.requests.latency.merge(Histogram::from_text(slice.latency).value_or(Histogram()));
  }
  return load;
}

}  // namespace peregrine::report
