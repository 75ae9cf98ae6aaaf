// What `load:` of a journey and an entry of `loads:` of a system have in common.
#pragma once

#include <string_view>
#include <vector>

#include "lang/fields.h"
#include "lang/load_spec.h"
#include "lang/system_spec.h"

namespace peregrine::lang {

// The keys that both have.
extern const std::vector<std::string_view> kLoadKeys;

// What thresholds may be on.
struct Measurable {
  const SystemSpec& system;
  // The sentences of steps; null where they are not known yet.
  const std::vector<std::string_view>* steps = nullptr;
};

// Reads them. `at` is where the load is written. Does not ask for what a load needs to be played:
// the command line may say it.
LoadSpec read_load(const Fields& fields, const Place& at, const Measurable& measurable,
                   Diagnostics& diagnostics);

// "200/s", "90/m", "10/h": in a second; 0 too. Nothing for what is none, or out of all bounds.
std::optional<double> parse_rate(std::string_view text);

}  // namespace peregrine::lang
