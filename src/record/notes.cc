#include "record/notes.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "record/statement_shape.h"

namespace peregrine::record {

namespace {

constexpr size_t kMostShapes = 5'000;   // that differ, in one play
constexpr size_t kMostValues = 10'000;  // of one of them that are told apart

// One shape of statement within one step.
struct Repetition {
  const Event* first = nullptr;
  uint64_t times = 0;
  std::set<size_t> values{};  // hashes of what it was asked with
};

struct Step {
  std::string_view sentence;
  size_t requests = 0;
};

using Steps = std::map<uint64_t, Step>;
using Repetitions = std::map<std::tuple<uint64_t, std::string_view, std::string>, Repetition>;

Steps steps_of(const Timeline& timeline) {
  Steps steps;
  for (const Event& event : timeline.events()) {
    if (event.kind == Event::Kind::step) steps[event.cause.step].sentence = event.text;
    if (event.kind == Event::Kind::request) ++steps[event.cause.step].requests;
  }
  return steps;
}

Repetitions repetitions_of(const Timeline& timeline) {
  Repetitions found;
  for (const Event& event : timeline.events()) {
    if (event.kind != Event::Kind::statement || event.cause.step == 0) continue;
    const auto key =
        std::tuple(event.cause.step, std::string_view(event.source), statement_shape(event.text));
    if (found.size() == kMostShapes && !found.contains(key)) continue;
    Repetition& one = found[key];
    if (!one.first) one.first = &event;
    ++one.times;
    if (one.values.size() < kMostValues) {
      one.values.insert(std::hash<std::string>()(event.text + '\0' + event.detail));
    }
  }
  return found;
}

// Of each request line one note.
std::vector<Note> unexpected_calls(const Timeline& timeline, const Steps& steps,
                                   const std::vector<std::string>& unspoken) {
  std::map<std::pair<std::string_view, std::string_view>, Note> found;
  for (const Event& event : timeline.events()) {
    if (event.kind != Event::Kind::call || event.at < timeline.reset_at()) continue;
    const bool nobodys = std::ranges::find(unspoken, event.source) != unspoken.end();
    if (!nobodys && !event.outcome.contains(kNoSuchRoute)) continue;
    const std::string_view line = std::string_view(event.text).substr(0, event.text.find('?'));
    const std::pair key(std::string_view(event.source), line);
    if (found.size() >= kMostNotes && !found.contains(key)) continue;
    Note& note = found[key];
    if (note.times++ > 0) continue;
    const auto step = steps.find(event.cause.step);
    note.kind = Note::Kind::unexpected_call;
    note.step = step == steps.end() ? "" : std::string(step->second.sentence);
    note.number = event.cause.step;
    note.source = event.source;
    note.text = event.text;
  }
  std::vector<Note> notes;
  for (auto& [key, note] : found) notes.push_back(std::move(note));
  return notes;
}

// Only what certainly began before the reset: a service may do something of its own at any time.
// Statements are not looked at one by one, for the reset ends whatever runs.
std::vector<Note> notes_of_play_before(const Timeline& timeline) {
  const std::string before =
      timeline.play_before().empty() ? "the start of the system" : timeline.play_before();
  std::vector<Note> notes;
  for (const Leftover& left : timeline.leftovers()) {
    const bool late = left.kind == Leftover::Kind::transaction;
    notes.push_back(
        {late ? Note::Kind::late : Note::Kind::made_anew, before, 0, left.source, left.text, 1});
  }
  for (const Event& event : timeline.events()) {
    if (event.kind != Event::Kind::call || event.at >= timeline.reset_at()) continue;
    notes.push_back({Note::Kind::late, before, 0, event.source, event.text, 1});
  }
  return notes;
}

}  // namespace

std::string_view to_string(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::repeated_statement:
      return "repeated_statement";
    case Note::Kind::late:
      return "late";
    case Note::Kind::made_anew:
      return "made_anew";
    case Note::Kind::unexpected_call:
      return "unexpected_call";
    case Note::Kind::no_longer_reproduces:
      return "no_longer_reproduces";
  }
  return "repeated_statement";
}

Note no_longer_reproduces(std::string why) {
  Note note;
  note.kind = Note::Kind::no_longer_reproduces;
  note.text = std::move(why);
  note.times = 1;
  return note;
}

std::string describe(const Note& note) {
  switch (note.kind) {
    case Note::Kind::repeated_statement:
      return fmt::format("the same statement {} times, with other values, to {} (N+1?)", note.times,
                         note.source);
    case Note::Kind::late:
      return fmt::format("late from `{}`: what began at {} before the reset was not done by then",
                         note.step, note.source);
    case Note::Kind::made_anew:
      return fmt::format(
          "`{}` changed definitions or a materialized view in {}: the reset made the database anew "
          "and ended its sessions",
          note.step, note.source);
    case Note::Kind::unexpected_call:
      return fmt::format(
          "{} was called {}, and nobody expected it: no step and no invariant speaks "
          "of {}, or its file has no such route",
          note.source, note.times == 1 ? "once" : fmt::format("{} times", note.times), note.source);
    case Note::Kind::no_longer_reproduces:
      return fmt::format("no longer reproduces: {}", note.text);
  }
  return "";
}

std::vector<Note> notes_of(const Timeline& timeline, const std::vector<std::string>& unspoken) {
  const Steps steps = steps_of(timeline);
  std::vector<Note> notes;
  for (const auto& [key, one] : repetitions_of(timeline)) {
    const uint64_t number = std::get<0>(key);
    const auto step = steps.find(number);
    // A step that asks several times is not to blame the service for it.
    const size_t requests = step == steps.end() ? 1 : std::max<size_t>(step->second.requests, 1);
    if (one.values.size() < kRepeatedFrom * requests) continue;
    notes.push_back({Note::Kind::repeated_statement,
                     step == steps.end() ? "" : std::string(step->second.sentence), number,
                     one.first->source, one.first->text, one.times});
  }
  std::ranges::sort(notes, [](const Note& a, const Note& b) {
    return std::tie(b.times, a.number, a.text) < std::tie(a.times, b.number, b.text);
  });
  const std::vector<Note> calls = unexpected_calls(timeline, steps, unspoken);
  notes.insert(notes.begin(), calls.begin(), calls.end());
  const std::vector<Note> before = notes_of_play_before(timeline);
  notes.insert(notes.begin(), before.begin(), before.end());
  if (notes.size() > kMostNotes) notes.resize(kMostNotes);
  return notes;
}

}  // namespace peregrine::record
