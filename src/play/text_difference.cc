#include "play/text_difference.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <vector>

#include "base/text.h"

namespace peregrine::play {

namespace {

constexpr size_t kMostLines = 500;  // of a text that is compared by lines
constexpr size_t kLinesShown = 40;  // of a difference
constexpr size_t kLinesAround = 2;  // before and after what differs
constexpr size_t kShort = 60;       // characters; such texts are seen at a glance
constexpr size_t kCharactersAround = 30;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Bytes that both have at their beginning, up to the boundary of a character.
size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [at, ignored] = std::ranges::mismatch(a, b);
  auto length = static_cast<size_t>(at - a.begin());
  while (length > 0 && ((length < a.size() && is_continuation(a[length])) ||
                        (length < b.size() && is_continuation(b[length])))) {
    --length;
  }
  return length;
}

std::string without_white_space(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out),
                       [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; });
  return out;
}

// The last `count` characters.
std::string_view last_characters(std::string_view text, size_t count) {
  size_t begin = text.size();
  while (begin > 0 && count > 0) {
    --begin;
    if (!is_continuation(text[begin])) --count;
  }
  return text.substr(begin);
}

std::string excerpt(std::string_view text, std::string_view before, size_t from) {
  const std::string_view rest = text.substr(from);
  const std::string after = base::first_characters(rest, kCharactersAround);
  return fmt::format("{}{}{}{}", before.size() < from ? "…" : "", before, after,
                     after.size() < rest.size() ? "…" : "");
}

std::string explain_long(std::string_view wanted, std::string_view actual) {
  const size_t from = common_prefix(wanted, actual);
  const std::string_view before = last_characters(wanted.substr(0, from), kCharactersAround);
  // One column a character that is printed; control characters are printed as several.
  const size_t column =
      base::display_width(base::printable(before)) + (before.size() < from ? 1 : 0);
  return fmt::format("- {}\n+ {}\n  {}^ from character {} on; {} expected, {} came",
                     excerpt(wanted, before, from), excerpt(actual, before, from),
                     std::string(column, ' '), base::count_characters(wanted.substr(0, from)) + 1,
                     base::count_characters(wanted), base::count_characters(actual));
}

struct Line {
  char sign;  // ' ', '-' or '+'
  std::string_view text;
};

// The shortest way from one list of lines to the other: what they have in common, longest first
// (by the table of longest common subsequences), and the rest taken out or put in.
std::vector<Line> compare_lines(std::span<const std::string_view> a,
                                std::span<const std::string_view> b) {
  std::vector<std::vector<size_t>> longest(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      longest[i][j] =
          a[i] == b[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  std::vector<Line> lines;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      lines.push_back({' ', a[i++]});
      ++j;
    } else if (i < a.size() && (j == b.size() || longest[i + 1][j] >= longest[i][j + 1])) {
      lines.push_back({'-', a[i++]});
    } else {
      lines.push_back({'+', b[j++]});
    }
  }
  return lines;
}

// A line's end is seen where it is all that differs.
std::string shown_line(std::string_view text) {
  const bool blank_end = !text.empty() && (text.back() == ' ' || text.back() == '\t');
  std::string shown = base::shortened(text, 200);
  if (text.ends_with('\r')) shown = std::string(text.substr(0, text.size() - 1)) + "\\r";
  return blank_end ? shown + "⏎" : shown;
}

std::string explain_lines(std::string_view wanted, std::string_view actual) {
  const std::vector<std::string_view> a = base::split(wanted, '\n');
  const std::vector<std::string_view> b = base::split(actual, '\n');
  if (a.size() > kMostLines || b.size() > kMostLines) return explain_long(wanted, actual);
  const std::vector<Line> lines = compare_lines(a, b);
  auto near_a_change = [&](size_t at) {
    const size_t from = at < kLinesAround ? 0 : at - kLinesAround;
    const size_t to = std::min(lines.size(), at + kLinesAround + 1);
    return std::any_of(lines.begin() + static_cast<ptrdiff_t>(from),
                       lines.begin() + static_cast<ptrdiff_t>(to),
                       [](const Line& line) { return line.sign != ' '; });
  };
  std::string text;
  size_t shown = 0;
  bool hidden = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!near_a_change(i)) {
      hidden = true;
      continue;
    }
    if (++shown > kLinesShown) return text + "  …";
    if (hidden) text += "  …\n";
    hidden = false;
    text += fmt::format("{} {}\n", lines[i].sign, shown_line(lines[i].text));
  }
  if (hidden) return text + "  …";
  text.pop_back();
  return text;
}

}  // namespace

std::string explain_texts(std::string_view wanted, std::string_view actual) {
  if (wanted.contains('\n') || actual.contains('\n')) return explain_lines(wanted, actual);
  const bool is_short =
      base::count_characters(wanted) <= kShort && base::count_characters(actual) <= kShort;
  if (!is_short) return explain_long(wanted, actual);
  if (wanted.empty() || actual.empty()) return "";
  if (without_white_space(wanted) == without_white_space(actual)) return "only blanks differ";
  if (base::lowercase(wanted) == base::lowercase(actual)) return "only capitals differ";
  const size_t from = common_prefix(wanted, actual);
  const size_t same = base::count_characters(wanted.substr(0, from));
  constexpr size_t kWorthTelling = 8;  // less is seen at a glance
  return same < kWorthTelling ? "" : fmt::format("the same up to character {}", same);
}

}  // namespace peregrine::play
