#include "play/pattern_words.h"

#include <fmt/core.h>
#include <re2/re2.h>

namespace peregrine::play {

using lang::Pattern;

std::string in_words(const Pattern::Kinds& form) {
  std::string all;
  for (const std::string& kind : form.names) {
    all += fmt::format("{}{}", all.empty() ? "" : "|", kind);
  }
  return fmt::format("<{}>", all);
}

std::string in_words(const Pattern::Compare& form) { return form.text; }

std::string in_words(const Pattern::Matches& form) {
  return fmt::format("text with /{}/", form.re->pattern());
}

std::string in_words(const Pattern::StatusClass& form) {
  return fmt::format("{}xx", form.hundreds);
}

std::string in_words(const Pattern::Items& form) {
  return form.items.empty() ? "an empty list" : fmt::format("a list of {}", form.items.size());
}

std::string in_words(const Pattern::Members& form) {
  std::string keys;
  for (const auto& [key, value] : form.members) {
    keys += fmt::format("{}{}", keys.empty() ? " with " : ", ", key);
  }
  return "a map" + keys;
}

std::string in_words(const Pattern::Exactly& form) {
  return "exactly " + in_words(std::get<Pattern::Members>(form.members->form));
}

std::string in_words(const Pattern::Unordered& form) {
  if (form.wanted.from) return "a list, in any order";
  return fmt::format("a list of {}, in any order", form.wanted.items.size());
}

std::string in_words(const Pattern::Contains&) { return "a list that contains these"; }

std::string in_words(const Pattern::Every&) { return "a list of which every element fits"; }

std::string in_words(const Pattern::Predicate& form) {
  return fmt::format("${{{}}}", form.holds.text);
}

std::string in_words(const Pattern::AnyOf& form) {
  return fmt::format("any of {}", form.choices.size());
}

std::string in_words(const Pattern::Not&) { return "the opposite"; }

}  // namespace peregrine::play
