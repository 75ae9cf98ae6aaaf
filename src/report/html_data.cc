#include "report/html_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/histogram.h"
#include "base/json.h"
#include "base/text.h"
#include "report/event_kinds.h"
#include "report/json_values.h"
#include "report/version.h"

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;

namespace {

constexpr size_t kMostOfMessage = 500;  // bytes of a failure, in the overview

// What events have in common, each once and by its place: kinds and texts.
class Common {
 public:
  size_t place_of(record::Event::Kind kind) {
    const auto place = static_cast<size_t>(std::ranges::find(kinds_, kind) - kinds_.begin());
    if (place == kinds_.size()) kinds_.push_back(kind);
    return place;
  }
  size_t place_of(const std::string& text) {
    const auto [found, fresh] = places_.try_emplace(text, all_.size());
    if (fresh) all_.push_back(&found->first);
    return found->second;
  }

  std::string to_json() const {
    List kinds;
    for (const record::Event::Kind kind : kinds_) {
      const EventKind look = look_of(kind);
      kinds.push_back(Map{{"name", to_string(kind)},
                          {"label", look.label},
                          {"direction", to_string(look.direction)}});
    }
    std::string json = fmt::format("{{\"kinds\":{},\"texts\":[", base::to_json(std::move(kinds)));
    for (const std::string* text : all_) {
      json += text == all_.front() ? "\"" : ",\n\"";
      base::append_json_characters(json, *text);
      json += '"';
    }
    return json + "]}";
  }

 private:
  std::vector<record::Event::Kind> kinds_;
  std::unordered_map<std::string, size_t> places_;
  std::vector<const std::string*> all_;  // a node of the map stays where it is
};

void append_element(std::string& out, std::string_view id, std::string_view json) {
  fmt::format_to(std::back_inserter(out), "<script type=\"application/json\" id=\"{}\">", id);
  append_for_script(out, json);
  out += "</script>\n";
}

// The events that are shown of a play: those that were kept, or else what led to its failure.
record::KeptEvents shown_events(const record::JourneyResult& journey) {
  if (!journey.kept.events.empty() || journey.failures.empty()) return journey.kept;
  const record::Failure& first = journey.failures.front();
  return {first.events, first.earlier_events};
}

// In the order that web/report/data.js reads.
void append_event(std::string& out, const record::Event& event, base::Instant begin,
                  Common& common) {
  const auto us = [](base::Duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
  };
  fmt::format_to(std::back_inserter(out), "[{},{},{},{},{},{},{},{},{},{},{}]",
                 us(event.at - begin), common.place_of(event.kind), common.place_of(event.source),
                 common.place_of(event.text), common.place_of(event.detail),
                 common.place_of(event.outcome), event.failed ? 1 : 0, event.cause.step,
                 event.cause.connection, common.place_of(event.cause.service), us(event.took));
}

Value picture_value(const record::Picture& picture) {
  return Map{{"name", picture.name},
             {"step", picture.step},
             {"failed", picture.failed},
             {"jpeg", base::base64(picture.jpeg)}};
}

std::string journey_json(const record::JourneyResult& journey, Common& common) {
  const record::KeptEvents kept = shown_events(journey);
  List steps, failures, notes, traffic, pictures;
  for (const record::StepResult& step : journey.steps) steps.push_back(to_value(step));
  for (const record::Note& note : journey.notes) notes.push_back(to_value(note));
  for (const record::Count& count : journey.traffic) traffic.push_back(to_value(count));
  for (const record::Picture& one : journey.kept.pictures) pictures.push_back(picture_value(one));
  for (record::Failure failure : journey.failures) {
    failure.events.clear();
    failures.push_back(to_value(failure));
  }
  std::string json = base::to_json(Map{{"steps_planned", journey.steps_planned},
                                       {"steps", std::move(steps)},
                                       {"failures", std::move(failures)},
                                       {"notes", std::move(notes)},
                                       {"again", journey.replay.command},
                                       {"traffic", std::move(traffic)},
                                       {"pictures", std::move(pictures)},
                                       {"earlier", kept.earlier}});
  json.back() = ',';
  json += "\"events\":[";
  for (size_t i = 0; i < kept.events.size(); ++i) {
    if (i > 0) json += ",\n";
    append_event(json, kept.events[i], journey.began, common);
  }
  return json + "]}";
}

Value first_failure(const record::JourneyResult& journey) {
  if (journey.failures.empty()) return {};
  const record::Failure& failure = journey.failures.front();
  base::MapBuilder told;
  told.set("step", failure.step).set("file", failure.file).set("line", failure.line);
  told.set("message", base::shortened(failure.message, kMostOfMessage));
  if (failure.mismatches.empty()) return told.build();
  const record::Mismatch& mismatch = failure.mismatches.front();
  told.set("path", mismatch.path.empty() ? "it" : mismatch.path);
  told.set("expected", base::shortened(mismatch.expected, kMostOfMessage));
  told.set("actual", base::shortened(mismatch.actual, kMostOfMessage));
  return told.build();
}

// A play in the overview.
Value overview_of(const record::JourneyResult& journey) {
  uint64_t events = 0;
  for (const record::Count& count : journey.traffic) events += count.events;
  List notes;
  for (const record::Note& note : journey.notes) notes.emplace_back(describe(note));
  return Map{
      {"name", journey.name},
      {"file", journey.file},
      {"line", journey.line},
      {"covers", List(journey.covers.begin(), journey.covers.end())},
      {"tags", List(journey.tags.begin(), journey.tags.end())},
      {"verdict", to_string(journey.verdict)},
      {"skip", journey.skip},
      {"round", journey.round},
      {"seed", std::to_string(journey.seed)},
      {"duration_s", base::to_seconds(journey.duration)},
      {"checks", Map{{"passed", journey.checks_passed()}, {"failed", journey.checks_failed()}}},
      {"steps_played", journey.steps.size()},
      {"event_count", events},
      {"notes", std::move(notes)},
      {"failure", first_failure(journey)}};
}

// In the order that web/report/load.js reads. Of a slice's latency what is drawn of it.
Value slice_value(const record::LoadSlice& slice) {
  const auto latency = base::Histogram::from_text(slice.latency).value_or(base::Histogram());
  const auto us = [](base::Duration span) { return static_cast<double>(span.count()) / 1e3; };
  return List{base::to_seconds(slice.begin),
              base::to_seconds(slice.length),
              slice.counted ? 1 : 0,
              slice.requests,
              slice.plays,
              slice.failed,
              slice.users,
              us(latency.at(0.5)),
              us(latency.at(0.95)),
              us(latency.at(0.99)),
              us(latency.most()),
              slice.streams,
              slice.messages};
}

std::string load_json(record::LoadResult load) {
  List slices;
  for (const record::LoadSlice& slice : load.slices) slices.push_back(slice_value(slice));
  load.slices.clear();
  return base::to_json(
      base::MapBuilder(to_value(load).as_map()).set("slices", std::move(slices)).build());
}

// Seeds are text here: a number of JavaScript would lose digits of theirs.
Value run_value(const record::RunResult& result) {
  List journeys, parties;
  for (const record::JourneyResult& journey : result.journeys) {
    journeys.push_back(overview_of(journey));
  }
  for (const record::Party& party : result.parties) {
    parties.push_back(to_value(party));
  }
  return Map{{"peregrine", kVersion},
             {"trial", result.trial},
             {"system", result.system},
             {"seed", std::to_string(result.seed)},
             {"rounds", result.rounds},
             {"shuffled", result.shuffled},
             {"verdict", to_string(result.verdict)},
             {"started", result.started},
             {"startup_s", base::to_seconds(result.startup)},
             {"duration_s", base::to_seconds(result.duration)},
             {"repeat", result.repeat},
             {"note", result.note},
             {"parties", std::move(parties)},
             {"loads", result.loads.size()},
             {"races", result.races.size()},
             {"journeys", std::move(journeys)}};
}

}  // namespace

void append_for_script(std::string& out, std::string_view json) {
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    const std::string_view rest = json.substr(i, 3);
    if (c == '<' || c == '>' || c == '&') {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else if (rest == "\u2028" || rest == "\u2029") {
      out += rest == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
}

std::string html_data(const record::RunResult& result) {
  std::string out;
  Common common;
  append_element(out, "run", base::to_json(run_value(result)));
  for (size_t i = 0; i < result.journeys.size(); ++i) {
    append_element(out, fmt::format("journey-{}", i), journey_json(result.journeys[i], common));
  }
  for (size_t i = 0; i < result.loads.size(); ++i) {
    append_element(out, fmt::format("load-{}", i), load_json(result.loads[i]));
  }
  for (size_t i = 0; i < result.races.size(); ++i) {
    append_element(out, fmt::format("race-{}", i), base::to_json(to_value(result.races[i])));
  }
  append_element(out, "events", common.to_json());
  return out;
}

}  // namespace peregrine::report
