// Steps of a journey, a part, a login: YAML to compiled steps. What every step may have is here;
// what belongs to one verb is in verb_NAME.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/fields.h"
#include "lang/plan.h"
#include "lang/system_file.h"
#include "lang/verbs.h"

namespace peregrine::lang {

// What is known of a stream before it is played.
struct StreamFacts {
  bool events = true;   // wherever it is opened it is one of server-sent events
  std::string lacks{};  // why the chosen environment has none
};

// What a journey's file is compiled with, whichever part of it.
struct Compilation {
  const SystemSpec& system;
  Diagnostics& diagnostics;
  Plan& plan;                        // not all of it is read yet
  size_t steps_left;                 // bounds what parts may grow a journey to
  std::vector<std::string> parts{};  // that are being read, outermost first
  std::map<Slot, StreamFacts> streams{};
};

inline constexpr size_t kMostSteps = 10'000;

inline constexpr int64_t kMostTimes = 10'000;  // of `times`

class StepReader {
 public:
  StepReader(Compilation& compilation, Names& names) : compilation_(compilation), names_(names) {}

  // Who does the steps that do not say `as`.
  void set_person(std::optional<size_t> person);
  std::optional<size_t> person() const { return person_; }

  // A list of steps. `what` is the key, for messages.
  Steps read_steps(const Node& node, std::string_view what);
  std::optional<Step> read_step(const Node& node);

  Names& names() { return names_; }
  Compilation& compilation() { return compilation_; }

  // A name that data or `save` may set; reports one that cannot be.
  void check_name(const Node& key);
  // A bare expression: `when`, `until`, `where`, `check`. With `condition` it gives true or false,
  // and not always the same.
  enum class Needs { value, condition };
  std::optional<Expression> read_expression(const Node& node, std::string_view key, Needs needs,
                                            This self = This::unknown);
  // `as: NAME`.
  std::optional<size_t> read_person(const Node& node);

 private:
  // The verb that a key names, or null.
  const Verb* verb_of(const Node& key) const;
  std::optional<Step> compile(const Node& node, const Node::Entry& entry, const Verb& verb);
  const Node::Entry* find_verb_key(const Node& node);
  void report_missing_verb(const Node& node);
  void read_common(const Fields& fields, const Verb& verb, Step& step);
  void read_waits(const Fields& fields, const Verb& verb, Step& step);
  void read_outcome(const Fields& fields, const Verb& verb, Step& step);
  void note_reads(Step& step);
  std::vector<Expectation> read_expectations(const Node& node, std::string_view what,
                                             const Verb& verb, Step& step);
  std::optional<Expression> read_sent_at(const Node& node);
  void read_saves(const Node& node, Step& step);
  std::optional<Save> read_target(const Node& key);
  void declare_saved(const Node& step);
  void note_members(const Node& step);

  Compilation& compilation_;
  Names& names_;
  std::optional<size_t> person_;
};

}  // namespace peregrine::lang
