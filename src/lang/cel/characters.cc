#include "lang/cel/characters.h"

#include <algorithm>
#include <array>

namespace peregrine::lang::cel {

namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Unicode's property White_Space.
bool is_blank(std::string_view character) {
  constexpr std::array<std::string_view, 25> kBlanks = {
      " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
      "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
      "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  return std::ranges::find(kBlanks, character) != kBlanks.end();
}

std::string_view last_character(std::string_view text) {
  size_t begin = text.size() - 1;
  while (begin > 0 && continues(text[begin])) --begin;
  return text.substr(begin);
}

std::string_view first_character(std::string_view text) {
  size_t end = 1;
  while (end < text.size() && continues(text[end])) ++end;
  return text.substr(0, end);
}

}  // namespace

std::optional<size_t> offset_of(std::string_view text, int64_t n) {
  if (n < 0) return std::nullopt;
  size_t at = 0;
  for (; n > 0; --n) {
    if (at >= text.size()) return std::nullopt;
    at += first_character(text.substr(at)).size();
  }
  return at;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    all.push_back(first_character(text));
    text.remove_prefix(all.back().size());
  }
  return all;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(first_character(text))) {
    text.remove_prefix(first_character(text).size());
  }
  while (!text.empty() && is_blank(last_character(text))) {
    text.remove_suffix(last_character(text).size());
  }
  return text;
}

}  // namespace peregrine::lang::cel
