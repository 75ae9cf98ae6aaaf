#include "wire/smtp_address.h"

#include <algorithm>

#include "base/text.h"
#include "wire/http_message.h"

namespace peregrine::wire::smtp {

using base::Code;
using base::fail;
using base::Result;

namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Atoms joined by dots.
bool is_dot_string(std::string_view text) {
  static constexpr std::string_view kAtomMarks = "!#$%&'*+-/=?^_`{|}~";
  return std::ranges::all_of(base::split(text, '.'), [](std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, [](char c) {
      return is_letter_or_digit(c) || kAtomMarks.find(c) != std::string_view::npos;
    });
  });
}

bool is_quoted_string(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
  }
  return true;
}

bool is_domain(std::string_view text) {
  if (text.size() > kDomainBytes) return false;
  if (text.starts_with('[')) {
    return text.size() > 2 && text.find_first_of("[]\\ ", 1) == text.size() - 1 &&
           text.ends_with(']');
  }
  return std::ranges::all_of(base::split(text, '.'), [](std::string_view label) {
    return !label.empty() && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
  });
}

// Where the path's ">" is: not one within quotes.
size_t end_of_path(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

Result<std::vector<Parameter>> parse_parameters(std::string_view text) {
  std::vector<Parameter> list;
  if (base::trimmed(text).empty()) return list;
  if (text.front() != ' ') return fail(Code::protocol, "a space must follow the path");
  for (const std::string_view word : base::split(base::trimmed(text), ' ')) {
    const size_t equals = std::min(word.find('='), word.size());
    const std::string_view name = word.substr(0, equals);
    const bool named = !name.empty() && std::ranges::all_of(name, [](char c) {
      return is_letter_or_digit(c) || c == '-';
    });
    if (!named || equals + 1 == word.size()) return fail(Code::protocol, "a malformed parameter");
    if (list.size() == kParameters) return fail(Code::protocol, "too many parameters");
    Parameter parameter{.name = std::string(name)};
    for (char& c : parameter.name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (equals < word.size()) parameter.value = word.substr(equals + 1);
    list.push_back(std::move(parameter));
  }
  return list;
}

}  // namespace

bool is_mailbox(std::string_view address) {
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view local = address.substr(0, at);
  return local.size() <= kLocalBytes && (is_dot_string(local) || is_quoted_string(local)) &&
         is_domain(address.substr(at + 1));
}

Result<PathLine> parse_path(std::string_view text, std::string_view keyword) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !same_ignoring_case(text.substr(0, colon), keyword)) {
    return fail(Code::protocol, "it must be {}:<address>", keyword);
  }
  std::string_view rest = text.substr(colon + 1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const size_t end = end_of_path(rest);
  if (!rest.starts_with('<') || end == std::string_view::npos) {
    return fail(Code::protocol, "the address must stand between < and >");
  }
  std::string_view address = rest.substr(1, end - 1);
  if (address.starts_with('@')) {
    const size_t route = address.find(':');
    if (route == std::string_view::npos) return fail(Code::protocol, "a route without an address");
    address.remove_prefix(route + 1);
    if (address.empty()) return fail(Code::protocol, "a route without an address");
  }
  const bool special = address.empty()
                           ? keyword == "FROM"
                           : keyword == "TO" && same_ignoring_case(address, "postmaster");
  if (!special && !is_mailbox(address)) {
    return fail(Code::protocol, "{} is not an address", base::printable(address));
  }
  PathLine line{.address = std::string(address)};
  TRY(line.parameters, parse_parameters(rest.substr(end + 1)));
  return line;
}

}  // namespace peregrine::wire::smtp
