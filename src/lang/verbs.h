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

class StepReader;

// What compiling a step's verb may look at.
struct VerbContext {
  std::string_view verb;  // "post"
  const Node& argument;   // the verb's value
  const Fields& fields;   // the whole step
  const SystemSpec& system;
  Names& names;
  Diagnostics& diagnostics;
  StepReader& steps;   // for verbs with steps of their own
  std::string& lacks;  // to say what the chosen environment lacks of it: the step is skipped then
};

struct Verb {
  enum class Kind {
    reads,  // changes nothing, so `within` may repeat it
    writes,
    block,  // has steps of its own
  };
  std::string_view name;
  std::vector<std::string_view> keys;  // beside the common ones
  std::vector<std::string_view> sees;  // what `expect` and `save` may name
  Kind kind;
  Action (*compile)(const VerbContext& context);
  std::string_view list = "";  // the one of `sees` that is a list: `where` selects in it
  bool bare = false;           // sees one thing, which `expect` takes without its name
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);
// The verb of each provider: `stripe: ACTION`. Its name is the provider's.
const Verb& provider_verb();

Action compile_http(const VerbContext& context);
Action compile_sql(const VerbContext& context);
Action compile_redis(const VerbContext& context);
Action compile_check(const VerbContext& context);
Action compile_exec(const VerbContext& context);
Action compile_mail(const VerbContext& context);
Action compile_sms(const VerbContext& context);
Action compile_log(const VerbContext& context);
Action compile_open(const VerbContext& context);
Action compile_send(const VerbContext& context);
Action compile_receive(const VerbContext& context);
Action compile_close(const VerbContext& context);
Action compile_together(const VerbContext& context);
Action compile_each(const VerbContext& context);
Action compile_repeat(const VerbContext& context);
Action compile_use(const VerbContext& context);
Action compile_sent(const VerbContext& context);
Action compile_fail(const VerbContext& context);
Action compile_provider(const VerbContext& context);
Action compile_clock(const VerbContext& context);
Action compile_page(const VerbContext& context);

}  // namespace peregrine::lang
