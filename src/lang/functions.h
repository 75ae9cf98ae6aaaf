// The functions of expressions. One table lists them; adding one touches functions.cc and the table
// in docs/language.md.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::lang {

struct Context;

struct Function {
  std::string_view name;
  std::string_view usage;  // "text(n)"
  size_t least;            // arguments
  size_t most;
  base::Result<base::Value> (*call)(const Context& context, std::span<const base::Value> arguments);
};

const Function* find_function(std::string_view name);
// Whether the language has such a function that this version cannot call yet.
bool is_later_function(std::string_view name);
std::vector<std::string_view> function_names();

}  // namespace peregrine::lang
