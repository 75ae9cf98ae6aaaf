#include "lang/diagnostic.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace peregrine::lang {

void Diagnostics::add(Place at, std::string message, std::string remedy) {
  if (list_.size() >= kMax) return;
  list_.push_back({std::move(at), std::move(message), std::move(remedy)});
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
  std::string out = fmt::format("{}: {}\n", at.to_string(), base::printable(diagnostic.message));
  if (at.source && at.line > 0) {
    constexpr size_t kShown = 160;
    const std::string_view line = at.source->line(at.line);
    const size_t before = std::min(static_cast<size_t>(std::max(at.column - 1, 0)), line.size());
    const std::string number = fmt::format("{:5}", at.line);
    out += fmt::format("{} | {}\n", number, base::printable(line.substr(0, kShown)));
    if (before < kShown) {
      const size_t length = std::clamp<size_t>(static_cast<size_t>(std::max(at.length, 1)), 1,
                                               std::max<size_t>(line.size() - before, 1));
      const size_t carets = base::count_characters(line.substr(before, length));
      out +=
          fmt::format("      | {:{}}{:^<{}}\n", "", base::count_characters(line.substr(0, before)),
                      "", std::max<size_t>(carets, 1));
    }
  }
  if (!diagnostic.remedy.empty()) out += fmt::format("      = {}\n", diagnostic.remedy);
  return out;
}

std::string suggestion(std::string_view word, std::vector<std::string_view> known) {
  if (const auto near = base::nearest(word, known)) return fmt::format("did you mean `{}`?", *near);
  if (known.empty()) return "";
  std::ranges::sort(known);
  std::string list;
  for (std::string_view name : known) list += fmt::format("{}{}", list.empty() ? "" : " ", name);
  return "known here: " + list;
}

}  // namespace peregrine::lang
