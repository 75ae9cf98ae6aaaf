// What a pattern is called in a report: "a map with id, name". What is inside of it is left out.
// A pattern that is a value has no words here: it may be an expression's, which matcher.h
// evaluates.
#pragma once

#include <string>

#include "lang/pattern.h"

namespace peregrine::play {

std::string in_words(const lang::Pattern::Kinds& form);
std::string in_words(const lang::Pattern::Compare& form);
std::string in_words(const lang::Pattern::Matches& form);
std::string in_words(const lang::Pattern::StatusClass& form);
std::string in_words(const lang::Pattern::Items& form);
std::string in_words(const lang::Pattern::Members& form);
std::string in_words(const lang::Pattern::Exactly& form);
std::string in_words(const lang::Pattern::Unordered& form);
std::string in_words(const lang::Pattern::Contains& form);
std::string in_words(const lang::Pattern::Every& form);
std::string in_words(const lang::Pattern::Predicate& form);
std::string in_words(const lang::Pattern::AnyOf& form);
std::string in_words(const lang::Pattern::Not& form);

}  // namespace peregrine::play
