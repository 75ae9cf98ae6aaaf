#include "lang/cel/functions.h"

#include <algorithm>

#include "lang/cel/groups.h"

namespace peregrine::lang::cel {

namespace {

const std::array<std::span<const Function>, 13>& groups() {
  static const std::array<std::span<const Function>, 13> all = {
      conversion_functions(), string_functions(),  format_functions(),  list_functions(),
      math_functions(),       time_functions(),    zone_functions(),    calendar_functions(),
      optional_functions(),   encoder_functions(), journey_functions(), token_functions(),
      provider_functions()};
  return all;
}

bool fits(const Function& function, bool method) {
  return function.form == Form::either || (function.form == Form::method) == method;
}

}  // namespace

std::vector<const Function*> find_functions(std::string_view name, bool method) {
  std::vector<const Function*> found;
  for (const auto& group : groups()) {
    for (const Function& function : group) {
      if (function.name == name && fits(function, method)) found.push_back(&function);
    }
  }
  return found;
}

std::vector<std::string_view> function_names(bool method) {
  std::vector<std::string_view> names;
  for (const auto& group : groups()) {
    for (const Function& function : group) {
      if (fits(function, method)) names.push_back(function.name);
    }
  }
  std::ranges::sort(names);
  const auto [first, last] = std::ranges::unique(names);
  names.erase(first, last);
  return names;
}

bool is_namespace(std::string_view word) {
  for (const auto& group : groups()) {
    for (const Function& function : group) {
      if (function.name.size() > word.size() && function.name.starts_with(word) &&
          function.name[word.size()] == '.') {
        return true;
      }
    }
  }
  return false;
}

bool Call::give_text(std::string text) {
  if (text.size() > kMaxText) {
    frame_.fail(base::Code::limit, "a text of more than {} bytes", kMaxText);
    return false;
  }
  if (!frame_.charge(static_cast<int64_t>(text.size()) / kTextPerStep)) return false;
  return give(base::Value(std::move(text)));
}

}  // namespace peregrine::lang::cel
