#include "play/judgement.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "play/match.h"

namespace peregrine::play {

using base::Result;
using base::Value;
using record::Mismatch;

namespace {

constexpr size_t kSeenLength = 400;  // bytes of what was seen, in one line
constexpr size_t kSeenKept = 20;     // distinct values while waiting

// Compares with a step's `expect` or `lost`.
void compare(const std::vector<lang::Expectation>& expectations, const lang::Step& step,
             const Attempt& attempt, Tried& tried) {
  for (const lang::Expectation& expectation : expectations) {
    const lang::Seen& seen = step.seen[expectation.seen];
    const auto why = attempt.absent.find(seen.slot);
    const bool absent = why != attempt.absent.end();
    std::vector<Mismatch> found;
    Result<> matched = match(expectation.pattern, absent ? nullptr : &attempt.slots[seen.slot],
                             attempt.context, seen.name, found);
    if (!matched) {
      tried.error = matched.error();
      return;
    }
    if (absent && !found.empty()) found.front().actual = why->second;
    (found.empty() ? tried.passed : tried.failed) += 1;
    std::ranges::move(found, std::back_inserter(tried.mismatches));
  }
}

// Whether one of these expectations of the step is of what is called so.
bool speak_of(const std::vector<lang::Expectation>& expectations, const lang::Step& step,
              std::string_view name) {
  return std::ranges::any_of(expectations, [&](const lang::Expectation& expectation) {
    return step.seen[expectation.seen].name == name;
  });
}

void expect(bool proper, std::string path, std::string expected, std::string actual, Tried& tried) {
  (proper ? tried.passed : tried.failed) += 1;
  if (!proper)
    tried.mismatches.push_back({std::move(path), std::move(expected), std::move(actual)});
}

// What a verb has to bring where the step does not say what it should.
void compare_with_usual(const lang::Step& step, const Attempt& attempt, Tried& tried) {
  auto seen = [&](std::string_view name) -> const Value& {
    return attempt.slots[std::ranges::find(step.seen, name, &lang::Seen::name)->slot];
  };
  const bool answers = std::holds_alternative<lang::HttpAction>(step.action) ||
                       std::holds_alternative<lang::ThirdPartyAction>(step.action);
  if (answers && !speak_of(step.expect, step, "status") && !seen("status").is_null()) {
    const int64_t status = seen("status").as_int();
    expect(status >= 200 && status < 400, "status", "2xx or 3xx (none is said to be expected)",
           std::to_string(status), tried);
  }
  if (std::holds_alternative<lang::ExecAction>(step.action) &&
      !speak_of(step.expect, step, "exit")) {
    const Value& code = seen("exit");
    expect(code == Value(0), "exit", "0 (none is said to be expected)", show(code), tried);
  }
  if (const auto* check = std::get_if<lang::CheckAction>(&step.action);
      check && step.expect.empty()) {
    const Value& value = seen("value");
    expect(value == Value(true), base::shortened(check->value.text, 80), "true", show(value),
           tried);
  }
}

}  // namespace

void judge(const lang::Step& step, const Attempt& attempt, Tried& tried) {
  compare(step.expect, step, attempt, tried);
  if (!tried.error) compare_with_usual(step, attempt, tried);
  if (tried.error || tried.held() || step.lost.empty()) return;
  Tried other;
  compare(step.lost, step, attempt, other);
  if (other.error) tried.error = other.error;
  tried.lost = other.held();
}

bool judges(const lang::Step& step, std::string_view name) {
  return speak_of(step.expect, step, name) || speak_of(step.lost, step, name);
}

std::string describe_seen(const lang::Step& step, const Attempt& attempt) {
  std::string text;
  for (const lang::Expectation& expectation : step.expect) {
    const lang::Seen& seen = step.seen[expectation.seen];
    const auto why = attempt.absent.find(seen.slot);
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", seen.name,
                        why != attempt.absent.end() ? why->second : show(attempt.slots[seen.slot]));
  }
  return base::shortened(text, kSeenLength);
}

void keep_seen(const Tried& tried, record::Failure& failure) {
  if (tried.seen.empty()) return;
  if (!failure.seen.empty() && failure.seen.back() == tried.seen) return;
  // The last is kept in any case.
  if (failure.seen.size() == kSeenKept) failure.seen.pop_back();
  failure.seen.push_back(tried.seen);
}

std::string describe(const lang::Step& step, const Tried& tried) {
  std::string message;
  if (tried.lost) {
    message = "it was lost, and where nobody contends that is a failure";
  } else if (tried.fell) {
    message = fmt::format("it did not stay true for {}", base::to_text(*step.stays));
  } else if (!tried.over.empty() && !tried.saving && !tried.error) {
    message = fmt::format("it is not as expected, and nothing more can come: {}", tried.over);
  } else if (step.within && !tried.saving && tried.over.empty()) {
    message = fmt::format("it did not become true within {}", base::to_text(*step.within));
    if (tried.too_late) message += ", only later";
    if (tried.error) message += fmt::format("; at last: {}", tried.error->to_string());
  } else {
    message = tried.error ? tried.error->to_string() : "it is not as expected";
  }
  if (step.times > 1) message = fmt::format("time {} of {}: {}", tried.round, step.times, message);
  if (tried.mismatches.size() >= kMostMismatches) {
    message += fmt::format("; of the differences the first {}", tried.mismatches.size());
  }
  return message;
}

}  // namespace peregrine::play
