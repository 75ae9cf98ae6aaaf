// Functions of texts. Places in a text count characters.
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "base/text.h"
#include "lang/cel/characters.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"

namespace peregrine::lang::cel {

using base::Value;

namespace {

// Counts what is read, so that no loop over long texts goes uncounted.
bool reads(Call& call) {
  return call.frame().charge(static_cast<int64_t>(call[0].as_text().size()) / kTextPerStep);
}

bool no_place(Call& call, int64_t at) {
  return call.fail("there is no character {} in a text of {}", at,
                   base::count_characters(call[0].as_text()));
}

bool char_at(Call& call) {
  if (!reads(call)) return false;
  const std::string& text = call[0].as_text();
  const auto at = offset_of(text, call[1].as_int());
  if (!at) return no_place(call, call[1].as_int());
  return call.give(Value(base::first_characters(std::string_view(text).substr(*at), 1)));
}

bool contains(Call& call) {
  return reads(call) && call.give(Value(call[0].as_text().contains(call[1].as_text())));
}

bool starts_with(Call& call) {
  return call.give(Value(call[0].as_text().starts_with(call[1].as_text())));
}

bool ends_with(Call& call) {
  return call.give(Value(call[0].as_text().ends_with(call[1].as_text())));
}

// A byte's offset as a place among characters; -1 for none.
Value character_place(std::string_view text, size_t offset) {
  if (offset == std::string_view::npos) return Value(-1);
  return Value(static_cast<int64_t>(base::count_characters(text.substr(0, offset))));
}

bool index_of(Call& call) {
  if (!reads(call)) return false;
  const std::string& text = call[0].as_text();
  const int64_t from = call.size() > 2 ? call[2].as_int() : 0;
  const auto at = offset_of(text, from);
  if (!at) return no_place(call, from);
  return call.give(character_place(text, text.find(call[1].as_text(), *at)));
}

bool last_index_of(Call& call) {
  if (!reads(call)) return false;
  const std::string& text = call[0].as_text();
  size_t before = text.size();
  if (call.size() > 2) {
    const auto at = offset_of(text, call[2].as_int());
    if (!at) return no_place(call, call[2].as_int());
    before = *at;
  }
  return call.give(character_place(text, text.rfind(call[1].as_text(), before)));
}

bool change_case(Call& call, char first, char last) {
  std::string text = call[0].as_text();
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
  }
  return call.give_text(std::move(text));
}
bool lower_ascii(Call& call) { return change_case(call, 'A', 'Z'); }
bool upper_ascii(Call& call) { return change_case(call, 'a', 'z'); }

bool trim(Call& call) {
  return reads(call) && call.give_text(std::string(trim_blanks(call[0].as_text())));
}

bool replace(Call& call) {
  const std::string& text = call[0].as_text();
  const std::string& what = call[1].as_text();
  const std::string& with = call[2].as_text();
  int64_t left = call.size() > 3 ? call[3].as_int() : -1;
  if (!reads(call)) return false;
  std::string out;
  size_t at = 0;
  while (left != 0 && at <= text.size()) {
    const size_t found = text.find(what, at);
    if (found == std::string::npos) break;
    out.append(text, at, found - at).append(with);
    at = found + what.size();
    if (what.empty()) {
      // Between all characters, and at both ends.
      const std::string next = base::first_characters(std::string_view(text).substr(at), 1);
      out += next;
      if (next.empty()) return call.give_text(std::move(out));
      at += next.size();
    }
    if (out.size() > kMaxText) return call.give_text(std::move(out));
    --left;
  }
  if (at < text.size()) out.append(text, at);
  return call.give_text(std::move(out));
}

bool split(Call& call) {
  const std::string_view text = call[0].as_text();
  const std::string_view by = call[1].as_text();
  const int64_t limit = call.size() > 2 ? call[2].as_int() : -1;
  base::List parts;
  if (limit == 0) return call.give(Value(std::move(parts)));
  size_t at = 0;
  while (limit < 0 || static_cast<int64_t>(parts.size()) + 1 < limit) {
    size_t end = by.empty() ? std::string_view::npos : text.find(by, at);
    if (by.empty()) {
      const auto next = offset_of(text.substr(at), 1);
      if (next && at + *next < text.size()) end = at + *next;
    }
    if (end == std::string_view::npos) break;
    if (!call.frame().charge(1)) return false;
    parts.emplace_back(text.substr(at, end - at));
    at = end + by.size();
  }
  if (!by.empty() || !text.empty()) parts.emplace_back(text.substr(at));
  return reads(call) && call.give(Value(std::move(parts)));
}

bool substring(Call& call) {
  if (!reads(call)) return false;
  const std::string& text = call[0].as_text();
  const auto from = offset_of(text, call[1].as_int());
  if (!from) return no_place(call, call[1].as_int());
  if (call.size() == 2) return call.give_text(text.substr(*from));
  const auto to = offset_of(text, call[2].as_int());
  if (!to) return no_place(call, call[2].as_int());
  if (*to < *from) {
    return call.fail("a part of a text from {} to {}", call[1].as_int(), call[2].as_int());
  }
  return call.give_text(text.substr(*from, *to - *from));
}

bool join(Call& call) {
  const std::string between = call.size() > 1 ? call[1].as_text() : "";
  std::string out;
  bool first = true;
  for (const Value& part : call[0].as_list()) {
    if (!part.is_text()) return call.fail("join takes a list of texts, not of {}", kind_name(part));
    if (!first) out += between;
    first = false;
    out += part.as_text();
    if (out.size() > kMaxText) break;
  }
  return call.give_text(std::move(out));
}

bool reverse(Call& call) {
  if (!reads(call)) return false;
  std::string out;
  const auto all = characters(call[0].as_text());
  for (size_t i = all.size(); i-- > 0;) out += all[i];
  return call.give_text(std::move(out));
}

bool quote(Call& call) {
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kNames = "abfnrtv\\\"";
  if (!reads(call)) return false;
  std::string out = "\"";
  for (std::string_view character : characters(call[0].as_text())) {
    const size_t found = kMeanings.find(character);
    if (character.size() == 1 && found != std::string_view::npos) {
      out += '\\';
      out += kNames[found];
    } else {
      out += base::first_invalid_utf8(character) ? "\uFFFD" : character;
    }
  }
  return call.give_text(out + "\"");
}

std::unique_ptr<re2::RE2> compile_regex(const std::string& text) {
  constexpr int64_t kMaxMemory = 1 << 20;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  return std::make_unique<re2::RE2>(text, options);
}

// Each thread keeps the regular expressions that it met; a literal is compiled once.
const re2::RE2& cached_regex(const std::string& text) {
  constexpr size_t kMaxCached = 64;
  thread_local std::unordered_map<std::string, std::unique_ptr<re2::RE2>> cache;
  if (const auto found = cache.find(text); found != cache.end()) return *found->second;
  if (cache.size() >= kMaxCached) cache.clear();
  return *(cache[text] = compile_regex(text));
}

bool matches(Call& call) {
  const re2::RE2& regex = cached_regex(call[1].as_text());
  if (!regex.ok()) return call.fail("this is not a regular expression: {}", regex.error());
  return reads(call) && call.give(Value(re2::RE2::PartialMatch(call[0].as_text(), regex)));
}

std::string mistake_in_regex(Arguments arguments) {
  if (!arguments[1] || !arguments[1]->is_text()) return "";
  const auto regex = compile_regex(arguments[1]->as_text());
  return regex->ok() ? "" : "this is not a regular expression: " + regex->error();
}

constexpr auto kMethod = Form::method;
constexpr std::array kFunctions = {
    Function{"charAt", "text.charAt(i)", kMethod, {kText, kInt}, 2, 2, kText, char_at},
    Function{"contains", "text.contains(part)", kMethod, {kText, kText}, 2, 2, kBool, contains},
    Function{"endsWith", "text.endsWith(part)", kMethod, {kText, kText}, 2, 2, kBool, ends_with},
    Function{"indexOf", "text.indexOf(part)", kMethod, {kText, kText, kInt}, 2, 3, kInt, index_of},
    Function{"join", "list.join(', ')", kMethod, {kList, kText}, 1, 2, kText, join},
    Function{"lastIndexOf",
             "text.lastIndexOf(part)",
             kMethod,
             {kText, kText, kInt},
             2,
             3,
             kInt,
             last_index_of},
    Function{"lowerAscii", "text.lowerAscii()", kMethod, {kText}, 1, 1, kText, lower_ascii},
    Function{"matches",
             "text.matches('^a+$')",
             Form::either,
             {kText, kText},
             2,
             2,
             kBool,
             matches,
             true,
             mistake_in_regex},
    Function{"replace",
             "text.replace(what, with)",
             kMethod,
             {kText, kText, kText, kInt},
             3,
             4,
             kText,
             replace},
    Function{"reverse", "text.reverse()", kMethod, {kText}, 1, 1, kText, reverse},
    Function{"split", "text.split(',')", kMethod, {kText, kText, kInt}, 2, 3, kList, split},
    Function{
        "startsWith", "text.startsWith(part)", kMethod, {kText, kText}, 2, 2, kBool, starts_with},
    Function{"strings.quote", "strings.quote(text)", Form::function, {kText}, 1, 1, kText, quote},
    Function{"substring",
             "text.substring(from, to)",
             kMethod,
             {kText, kInt, kInt},
             2,
             3,
             kText,
             substring},
    Function{"trim", "text.trim()", kMethod, {kText}, 1, 1, kText, trim},
    Function{"upperAscii", "text.upperAscii()", kMethod, {kText}, 1, 1, kText, upper_ascii},
};

}  // namespace

std::span<const Function> string_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
