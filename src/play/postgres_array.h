// The text form of PostgreSQL's arrays (its manual, section 8.15.6): {1,2}, {{a,b},{NULL,"c d"}}.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"

namespace peregrine::play {

// Nothing for what is no such text, and for arrays that do not begin at 1 ("[0:1]={a,b}").
// `element` makes a value of an element's text.
std::optional<base::Value> parse_postgres_array(
    std::string_view text, const std::function<base::Value(const std::string&)>& element);

// An element in quotes, as every element may be.
std::string quote_array_element(std::string_view text);

}  // namespace peregrine::play
