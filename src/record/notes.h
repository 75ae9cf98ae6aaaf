// Notes: what a play shows that is no failure, and yet worth a look.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/event.h"

namespace peregrine::record {

struct Note {
  // `repeated_statement`: one step led to the same statement again and again, each time with other
  // values: what a join or a list would have asked at once ("N+1").
  // `late`: work of the play before was still going on at the reset: a transaction was open, or a
  // third party had not answered.
  // `made_anew`: the play before has changed definitions, so the reset ended every session.
  // `unexpected_call`: a service called a third party of which the journey does not speak, or asked
  // one for what it does not have.
  // `no_longer_reproduces`: what once fell, and was played again, has held.
  enum class Kind { repeated_statement, late, made_anew, unexpected_call, no_longer_reproduces };
  Kind kind = Kind::repeated_statement;
  std::string step;     // its sentence; of `late` and `made_anew` the play before
  uint64_t number = 0;  // of the step, as Cause::step
  std::string source;   // the boundary
  std::string text;     // the statement or the call, as it first came; of what holds now why
  uint64_t times = 0;
};
std::string_view to_string(Note::Kind kind);
// Of a replay: why it does not fall.
Note no_longer_reproduces(std::string why);
// "the same statement 12 times, with other values, to postgres (N+1?)".
std::string describe(const Note& note);

// From as many other values on, for each request of the step, a statement is repeated. Its shape
// counts, so that one that has its values in its text is seen too.
inline constexpr size_t kRepeatedFrom = 5;
inline constexpr size_t kMostNotes = 20;  // of one play; those of most repetitions first

// How the outcome of a call ends that no route of a third party takes.
inline constexpr std::string_view kNoSuchRoute = ", there is no such route";

// Of the events that the timeline still has, those that are some step's; and of the play before.
// `unspoken` names the third parties of which the journey does not speak.
std::vector<Note> notes_of(const Timeline& timeline, const std::vector<std::string>& unspoken = {});

}  // namespace peregrine::record
