#include "lang/yaml_mistake.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"

namespace peregrine::lang {

namespace {

// One line, and the place in it that a mistake is about. Of a line longer than anyone writes, only
// the beginning is looked at.
struct Spot {
  static constexpr size_t kLongest = 10'000;
  Place at;
  std::string_view line;

  explicit Spot(Place place)
      : at(std::move(place)), line(at.source->line(at.line).substr(0, kLongest)) {}
  size_t column() const { return std::min(static_cast<size_t>(at.column - 1), line.size()); }
  std::string_view rest() const { return line.substr(column()); }
  Place place(size_t column, size_t length = 1) const {
    return {at.source, at.line, static_cast<int>(column) + 1, static_cast<int>(length)};
  }
};

std::string write_it_as(std::string_view line) {
  return fmt::format("write it as {}", base::shortened(base::trimmed(line), 200));
}

std::string quoted(std::string_view value) {
  const bool simple = value.find_first_of("\"\\") == std::string_view::npos;
  return simple ? fmt::format("\"{}\"", value) : fmt::format("'{}'", value);
}

// The line with the value from `begin` to `end` in quotes.
std::string with_quotes(std::string_view line, size_t begin, size_t end) {
  return fmt::format("{}{}{}", line.substr(0, begin), quoted(line.substr(begin, end - begin)),
                     line.substr(end));
}

size_t end_of_line_value(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t");
  return last == std::string_view::npos ? line.size() : last + 1;
}

// The quote that is open at `offset` of a line, if that stands within quotes.
std::optional<size_t> open_quote(std::string_view line, size_t offset) {
  std::optional<size_t> open;
  for (size_t i = 0; i < offset && i < line.size(); ++i) {
    const char c = line[i];
    if (!open && (c == '"' || c == '\'')) {
      // An apostrophe within a word opens nothing.
      const bool begins = i == 0 || std::string_view(" [{,:").contains(line[i - 1]);
      if (begins) open = i;
    } else if (open && c == line[*open]) {
      open.reset();
    } else if (open && line[*open] == '"' && c == '\\') {
      ++i;
    }
  }
  return open;
}

std::optional<Diagnostic> find_tab(const Spot& spot) {
  const size_t text = spot.line.find_first_not_of(" \t");
  const size_t tab = spot.line.substr(0, text).find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  return Diagnostic{spot.place(tab), "this line is indented by a tab",
                    "indent with spaces: YAML does not read tabs"};
}

// `{ id: ${id} }`: the second brace begins a map.
std::optional<Diagnostic> find_bare_expression(const Spot& spot) {
  for (size_t begin = spot.line.find("${"); begin != std::string_view::npos;
       begin = spot.line.find("${", begin + 2)) {
    if (open_quote(spot.line, begin)) continue;
    size_t value = begin;
    while (value > 0 && !std::string_view("{[,: ").contains(spot.line[value - 1])) --value;
    size_t end = spot.line.find('}', begin);
    if (end == std::string_view::npos) end = begin + 1;
    end = std::min(spot.line.find_first_of(",]} ", end + 1), spot.line.size());
    return Diagnostic{spot.place(begin, 2), "inside of braces and brackets `${` needs quotes",
                      write_it_as(with_quotes(spot.line, value, end))};
  }
  return std::nullopt;
}

std::optional<Diagnostic> find_open_quote(const Spot& spot) {
  const auto quote = open_quote(spot.line, spot.line.size());
  if (!quote) return std::nullopt;
  return Diagnostic{spot.place(*quote), "a text begins here and its closing quote is missing",
                    fmt::format("close it with {}", spot.line[*quote])};
}

// `{ status: 200 json: … }`
std::optional<Diagnostic> find_missing_comma(const Spot& spot) {
  static const re2::RE2 kTwoEntries(R"(^[^"'#]*[:\[{,] *[^ "',:{}\[\]]+ +([\w-]+): )");
  const std::string_view rest = spot.rest();
  const re2::StringPiece line(rest.data(), rest.size());
  re2::StringPiece key;
  if (!re2::RE2::PartialMatch(line, kTwoEntries, &key)) return std::nullopt;
  return Diagnostic{
      spot.place(spot.column() + static_cast<size_t>(key.data() - rest.data()), key.size()),
      "a comma is missing before this key",
      "separate entries by commas; quote a value that holds a colon"};
}

Diagnostic explain_open_bracket(const Spot& spot) {
  if (auto bare = find_bare_expression(spot)) return *std::move(bare);
  if (auto quote = find_open_quote(spot)) return *std::move(quote);
  if (auto comma = find_missing_comma(spot)) return *std::move(comma);
  const std::string_view rest = spot.rest();
  const char bracket = rest.empty() ? '{' : rest[0];
  return {spot.place(spot.column()), fmt::format("nothing closes this `{}`", bracket),
          fmt::format("close it with `{}`, and quote values inside that hold any of {{ }} [ ] ,",
                      bracket == '[' ? ']' : '}')};
}

// The line before this one that holds something.
Spot line_above(const Spot& spot) {
  Place above = spot.at;
  do --above.line;
  while (above.line > 1 && base::trimmed(above.source->line(above.line)).empty());
  above.column = 1;
  return Spot(above);
}

// `step: Note: this`, or a line that is indented below a value, or below a key without its colon.
Diagnostic explain_colon(const Spot& spot) {
  const size_t first = spot.line.find(": ");
  if (first != std::string_view::npos && first < spot.column() && !open_quote(spot.line, first)) {
    const size_t value = spot.line.find_first_not_of(' ', first + 1);
    return {spot.place(spot.column()), "a value that holds `: ` needs quotes",
            write_it_as(with_quotes(spot.line, value, end_of_line_value(spot.line)))};
  }
  const Spot above = line_above(spot);
  if (!above.line.empty() && !above.line.contains(':')) {
    const size_t begin = above.line.find_first_not_of(" -");
    return {above.place(std::min(begin, above.line.size())), "a colon is missing in this line",
            write_it_as(fmt::format("{}:", base::trimmed(above.line)))};
  }
  return {spot.place(std::min(spot.line.find_first_not_of(' '), spot.column())),
          "this line is indented further than the one it belongs with",
          "keys of one map begin in the same column"};
}

// Whether brackets or braces are open in the line before this column, as far as the line shows.
bool in_brackets(std::string_view line, size_t column) {
  size_t depth = 0;
  for (size_t i = 0; i < column; ++i) {
    if (open_quote(line, i)) continue;
    if (line[i] == '{' || line[i] == '[') ++depth;
    if ((line[i] == '}' || line[i] == ']') && depth > 0) --depth;
  }
  return depth > 0;
}

// `{ at: @anna }`, `[/next?a=1]`: the value ends where the next begins, and may begin before.
Diagnostic explain_sign_in_brackets(const Spot& spot) {
  const std::string_view line = spot.line;
  const std::string_view sign = spot.rest().substr(0, 1);
  size_t begin = spot.column();
  while (begin > 0 && !std::string_view("{[,").contains(line[begin - 1])) {
    if (line[begin - 1] == ' ' && begin > 1 && line[begin - 2] == ':') break;
    --begin;
  }
  begin = std::min(line.find_first_not_of(' ', begin), spot.column());
  size_t end = std::min(line.find_first_of(",]}", spot.column()), line.size());
  while (end > begin && line[end - 1] == ' ') --end;
  const std::string_view what = begin == spot.column() ? "that begins with" : "with";
  return {spot.place(begin, end - begin),
          fmt::format("inside of braces and brackets a value {} `{}` needs quotes", what, sign),
          write_it_as(with_quotes(line, begin, end))};
}

// `handle: @anna`
Diagnostic explain_sign(const Spot& spot) {
  if (in_brackets(spot.line, spot.column())) return explain_sign_in_brackets(spot);
  const std::string_view sign = spot.rest().substr(0, 1);
  return {spot.place(spot.column()),
          fmt::format("a value that begins with `{}` needs quotes", sign),
          write_it_as(with_quotes(spot.line, spot.column(), end_of_line_value(spot.line)))};
}

// `other: & Sons`, `other: * Sons`: the mark is behind the sign.
Diagnostic explain_empty_name(const Spot& spot) {
  Place sign = spot.at;
  sign.column = std::max(1, sign.column - 1);
  return explain_sign(Spot(sign));
}

// A text goes on behind its closing quote, or keys of one map do not begin in one column.
Diagnostic explain_columns(const Spot& spot) {
  const std::string_view before = base::trimmed(spot.line.substr(0, spot.column()));
  if (before.ends_with('"') || before.ends_with('\'')) {
    return {spot.place(spot.column()), "the text has ended before this, at its closing quote",
            "quote the whole value"};
  }
  return {spot.place(spot.column()), "this line begins in a column where no line above begins",
          "keys of one map, and the dashes of one list, begin in the same column"};
}

// `time: > 5ms`
Diagnostic explain_folded(const Spot& spot) {
  const size_t sign = spot.line.find_last_of("|>", spot.column());
  if (sign == std::string_view::npos) return explain_sign(spot);
  return {spot.place(sign),
          fmt::format("`{}` here begins a text of several lines", spot.line[sign]),
          write_it_as(with_quotes(spot.line, sign, end_of_line_value(spot.line)))};
}

Diagnostic explain_alias(const Spot& spot) {
  const size_t end = std::min(spot.line.find_first_of(" ,]}", spot.column()), spot.line.size());
  const std::string_view alias = spot.line.substr(spot.column(), end - spot.column());
  return {spot.place(spot.column(), std::max<size_t>(alias.size(), 1)),
          fmt::format("YAML takes `{}` for an alias, and nothing has that anchor", alias),
          write_it_as(with_quotes(spot.line, spot.column(), end))};
}

Diagnostic explain_escape(const Spot& spot) {
  // The mark is behind the escape.
  const size_t slash = spot.line.rfind('\\', spot.column());
  const size_t at = slash == std::string_view::npos ? spot.column() : slash;
  return {spot.place(at, 2),
          fmt::format("`{}` means nothing in double quotes", spot.line.substr(at, 2)),
          "write the backslash twice, or use single quotes"};
}

}  // namespace

std::optional<Diagnostic> find_bad_byte(const std::shared_ptr<const Source>& source) {
  const std::string_view text = source->text();
  auto told = [&](size_t offset, std::string message, std::string remedy) {
    const auto [line, column] = source->line_and_column(offset);
    return Diagnostic{{source, line, column, 1}, std::move(message), std::move(remedy)};
  };
  if (const auto bad = base::first_invalid_utf8(text)) {
    return told(
        *bad,
        fmt::format("this is not UTF-8 (byte 0x{:02x})", static_cast<unsigned char>(text[*bad])),
        "save the file as UTF-8");
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool line_end = c == '\r' && text.substr(i + 1).starts_with('\n');
    if ((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t' || line_end) continue;
    if (c == '\r') return told(i, "a carriage return alone", "end lines with a newline");
    return told(i, fmt::format("a control character (0x{:02x})", c),
                fmt::format("take it out; in double quotes it is written \\x{:02x}", c));
  }
  return std::nullopt;
}

Diagnostic explain_yaml_mistake(const std::string& message, Place at,
                                const std::optional<Place>& open_bracket) {
  const Spot spot(std::move(at));
  auto says = [&](std::string_view text) { return message.find(text) != std::string::npos; };
  if (auto tab = find_tab(spot)) return *std::move(tab);
  if (says("unknown token")) return explain_sign(spot);
  if (says("referenced anchor")) return explain_alias(spot);
  if (says("unknown escape")) return explain_escape(spot);
  if (open_bracket) return explain_open_bracket(Spot(*open_bracket));
  if (auto quote = find_open_quote(spot)) return *std::move(quote);
  if (says("illegal map value")) return explain_colon(spot);
  if (says("in block scalar")) return explain_folded(spot);
  if (says("anchor not found after") || says("alias not found after")) {
    return explain_empty_name(spot);
  }
  if (says("illegal block entry")) {
    return {spot.place(spot.column()), "a dash here begins a list, which needs a line of its own",
            "for text that begins with a dash, quote it"};
  }
  if (says("illegal flow end")) {
    return {spot.place(spot.column()), "this bracket closes nothing",
            "take it out, or quote the value that it belongs to"};
  }
  if (says("end of map not found") || says("end of sequence not found")) {
    return explain_columns(spot);
  }
  return {spot.place(spot.column()), fmt::format("this is not valid YAML: {}", message),
          "quote a value that begins with a sign or holds `: ` or ` #`"};
}

}  // namespace peregrine::lang
