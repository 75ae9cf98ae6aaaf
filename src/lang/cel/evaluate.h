// For tests: the value of an expression without names, with a clock of its own.
#pragma once

#include <string>
#include <string_view>

#include "base/rfc3339.h"
#include "lang/cel/compile.h"
#include "lang/cel/special.h"
#include "lang/template.h"

namespace peregrine::lang::cel {

// The value as text; or the mistake, or the error.
inline std::string evaluate(std::string_view text, std::string_view now = "2025-06-04T09:00:00Z",
                            std::string_view zone = "Europe/Berlin", const Options& options = {}) {
  auto program = compile(text, Names(), options);
  if (!program) return "mistake: " + program.error().message;
  base::Random random(1);
  const auto value = program->evaluate(
      {.slots = {}, .random = &random, .now = *base::parse_rfc3339(now), .zone = zone});
  return value ? to_text(plain(*value)) : "error: " + value.error().text;
}

}  // namespace peregrine::lang::cel
