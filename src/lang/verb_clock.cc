// clock: the time of day of the journey and its system is moved.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "lang/clock_text.h"
#include "lang/step_reader.h"
#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

constexpr std::string_view kForms =
    "write +31d, +1 month, an instant in the system's zone as 2025-10-26 08:59:58, or ${instant}";

// `+31d`, `+1 month`.
std::optional<ClockAction::Jump> read_jump(std::string_view text) {
  if (!text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  if (const auto span = parse_duration(text)) {
    return ClockAction::Jump{std::chrono::duration_cast<std::chrono::milliseconds>(*span).count(),
                             "milliseconds"};
  }
  int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc() || count <= 0) return std::nullopt;
  std::string unit(base::trimmed({parsed.ptr, end}));
  if (!unit.ends_with('s')) unit += 's';
  static constexpr std::string_view kUnits[] = {"seconds", "minutes", "hours", "days",
                                                "weeks",   "months",  "years"};
  if (std::ranges::find(kUnits, unit) == std::end(kUnits)) return std::nullopt;
  return ClockAction::Jump{count, std::move(unit)};
}

}  // namespace

Action compile_clock(const VerbContext& context) {
  ClockAction action;
  const Node& node = context.argument;
  context.steps.compilation().plan.moves_clock = true;
  if (const Node* every = context.fields["every"]) {
    action.every = read_duration(*every, "`every`", context.diagnostics);
  }
  const bool scalar = node.kind == Node::Kind::scalar && !node.text.empty();
  if (scalar && node.text.contains("${")) {
    action.to = Template::compile(node, context.names, context.diagnostics);
  } else if (auto jump = scalar ? read_jump(node.text) : std::nullopt) {
    action.to = *std::move(jump);
  } else if (const auto instant =
                 scalar ? read_clock_text(node.text, context.system.zone) : std::nullopt) {
    action.to = *instant;
  } else {
    context.diagnostics.add(node.at,
                            fmt::format("the clock cannot be moved to {}", node.describe()),
                            std::string(kForms));
  }
  return action;
}

}  // namespace peregrine::lang
