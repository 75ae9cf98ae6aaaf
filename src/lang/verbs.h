// The verbs of the language: which keys each takes, what its expectations see, how it is compiled.
// Each verb has a file (verb_http.cc, verb_sql.cc, …); verbs.cc lists them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lang/fields.h"
#include "lang/plan.h"
#include "lang/system_spec.h"

namespace peregrine::lang {

// What compiling a step's verb may look at.
struct VerbContext {
  std::string_view verb;  // "post"
  const Node& argument;   // the verb's value
  const Fields& fields;   // the whole step
  const SystemSpec& system;
  const Names& names;
  Diagnostics& diagnostics;
};

struct Verb {
  std::string_view name;
  std::vector<std::string_view> keys;  // beside the common ones
  std::vector<std::string_view> sees;  // what `expect` and `save` may name
  bool reads;                          // changes nothing, so `within` may repeat it
  Action (*compile)(const VerbContext& context);
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);

// Verbs of the language that this version cannot play yet.
std::span<const std::string_view> later_verbs();

Action compile_http(const VerbContext& context);
Action compile_sql(const VerbContext& context);

}  // namespace peregrine::lang
