#include "lang/diagnostic.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace peregrine::lang {

namespace {

constexpr size_t kMessageShown = 500;
constexpr size_t kKnownShown = 24;             // words of a list
constexpr size_t kMostCompared = 1000;         // words that a misspelt one is compared with
constexpr size_t kLineShown = 140;             // columns
constexpr size_t kBefore = 60;                 // of them before the caret, where the line is cut
constexpr size_t kBytesRead = 4 * kLineShown;  // a column holds a character of up to four bytes
constexpr std::string_view kMargin = "      ";

// A line of a file as it is shown: a tab takes one column and is seen.
std::string shown_line(std::string_view line) {
  std::string text;
  for (char c : base::printable(line)) text += c == '\t' ? "→" : std::string(1, c);
  return text;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Text cut to so many columns, between characters.
std::string_view first_columns(std::string_view text, size_t columns) {
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end + 1;
    while (next < text.size() && continues(text[next])) ++next;
    if (base::display_width(text.substr(0, next)) > columns) break;
    end = next;
  }
  return text.substr(0, end);
}

// The part of a line that is shown: what of it stands before, at and after the place.
struct Excerpt {
  std::string before;
  std::string marked;
  std::string after;
};

Excerpt excerpt_of(std::string_view line, const Place& at) {
  const size_t begin = std::min(static_cast<size_t>(std::max(at.column - 1, 0)), line.size());
  const auto length = static_cast<size_t>(std::max(at.length, 1));
  // Enough for what is shown, should the line be of megabytes.
  std::string_view before = line.substr(0, begin);
  const bool cut = before.size() > kBytesRead;
  if (cut) before.remove_prefix(before.size() - kBytesRead);
  std::string left = shown_line(before);
  std::string marked = shown_line(line.substr(begin, std::min(length, kBytesRead)));
  marked = first_columns(marked, kLineShown);
  const std::string rest =
      shown_line(line.substr(std::min(begin + length, line.size()), kBytesRead));
  const size_t whole = base::display_width(left + marked);
  if (cut || whole > kLineShown) {
    while (base::display_width(left) > kBefore) {
      do left.erase(0, 1);
      while (!left.empty() && continues(left[0]));
    }
    left = "…" + left;
  }
  marked = first_columns(marked, kLineShown - std::min(base::display_width(left), kLineShown));
  const size_t used = base::display_width(left + marked);
  std::string right(first_columns(rest, kLineShown - std::min(used, kLineShown)));
  if (right.size() < rest.size()) right += "…";
  return {std::move(left), std::move(marked), std::move(right)};
}

}  // namespace

void Diagnostics::add(Place at, std::string message, std::string remedy) {
  if (full()) return;
  // A part is read for each of its uses.
  const bool told = std::ranges::any_of(list_, [&](const Diagnostic& d) {
    return d.at.line == at.line && d.at.column == at.column && d.message == message &&
           at.line > 0 && d.at.source->path() == at.source->path();
  });
  if (!told) list_.push_back({std::move(at), std::move(message), std::move(remedy)});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result = list_;
  auto order = [](const Diagnostic& d) {
    const std::string_view path = d.at.source ? std::string_view(d.at.source->path()) : "";
    return std::tuple(path, d.at.line, d.at.column, std::string_view(d.message));
  };
  std::ranges::sort(result, {}, order);
  return result;
}

std::string render(const Diagnostic& diagnostic) {
  const Place& at = diagnostic.at;
  std::string out =
      fmt::format("{}: {}\n", at.to_string(),
                  base::printable(base::shortened(diagnostic.message, kMessageShown)));
  if (at.source && at.line > 0) {
    const Excerpt shown = excerpt_of(at.source->line(at.line), at);
    out += fmt::format("{:5} | {}{}{}\n", at.line, shown.before, shown.marked, shown.after);
    out += fmt::format("{}| {:{}}{:^<{}}\n", kMargin, "", base::display_width(shown.before), "",
                       std::max<size_t>(base::display_width(shown.marked), 1));
  }
  if (diagnostic.remedy.empty()) return out;
  std::string_view sign = "=";
  for (std::string_view line : base::split(diagnostic.remedy, '\n')) {
    out += fmt::format("{}{} {}\n", kMargin, sign,
                       base::printable(base::shortened(line, kMessageShown)));
    sign = " ";
  }
  return out;
}

std::string suggestion(std::string_view word, std::vector<std::string_view> known) {
  const auto near = known.size() <= kMostCompared ? base::nearest(word, known) : std::nullopt;
  if (near) return fmt::format("did you mean `{}`?", *near);
  if (known.empty()) return "";
  std::ranges::sort(known);
  std::string list;
  for (size_t i = 0; i < known.size() && i < kKnownShown; ++i) {
    list += fmt::format(" {}", base::shortened(known[i], base::kLongestWord));
  }
  if (known.size() > kKnownShown) list += fmt::format(" … ({} in all)", known.size());
  return fmt::format("known here:{}", list);
}

}  // namespace peregrine::lang
