// exec: the user's own program.
#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "play/action.h"
#include "wire/utf8.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

constexpr size_t kShown = 4000;  // of what it says, in the timeline

// Bytes and text as they are, all else as JSON.
Result<std::string> fill_input(const lang::ExecAction& action, const Attempt& attempt) {
  if (!action.input) return std::string();
  TRY(const Value value, action.input->fill(attempt.context));
  if (value.is_text()) return value.as_text();
  if (value.kind() == base::Kind::bytes) return value.as_bytes();
  return base::to_json(value);
}

// The command as a shell would take it.
std::string shown(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + base::in_shell(word);
  return line;
}

void see_output(const system::ProgramResult& result, Attempt& attempt) {
  const int code = result.status.signal != 0 ? 128 + result.status.signal : result.status.code;
  attempt.see("exit", Value(code));
  attempt.see("text", Value(result.output));
  attempt.see("body", Value(base::Bytes{result.output}));
  if (!attempt.reads("json")) return;
  Result<Value> json = base::parse_json(result.output);
  if (json) {
    attempt.see("json", *std::move(json));
  } else {
    attempt.see_nothing("json",
                        fmt::format("what it said is not JSON ({})", json.error().to_string()));
  }
}

}  // namespace

io::Task<Result<>> play_action(const lang::ExecAction& action, Attempt& attempt) {
  using Kind = record::Event::Kind;
  CO_TRY(std::vector<std::string> words, action.command.fill(attempt.context));
  CO_TRY(std::string input, fill_input(action, attempt));
  const std::string name = base::shortened(shown(words), 200);
  attempt.record([&] {
    return record::Event{base::monotonic_now(),
                         Kind::request,
                         "exec",
                         name,
                         base::shortened(input, kShown),
                         "",
                         false};
  });
  io::Command command{
      .argv = std::move(words), .env = io::inherited_environment(), .cwd = action.folder};
  attempt.world.system().add_places(command.env);
  auto result = co_await attempt.world.system().execute(std::move(command), std::move(input),
                                                        attempt.deadline);
  const base::Instant end = base::monotonic_now();
  if (!result) {
    attempt.record([&] {
      return record::Event{end, Kind::answer, "exec", name, "", result.error().to_string(), true};
    });
    co_return base::because(result.error(), "the program did not come to its end");
  }
  std::string said = base::shortened(result->output, kShown);
  for (const std::string& message : result->messages) said += fmt::format("\n{}", message);
  attempt.record([&] {
    return record::Event{end,
                         Kind::answer,
                         "exec",
                         name,
                         base::shortened(said, kShown),
                         result->status.to_string(),
                         !result->status.ok()};
  });
  see_output(*result, attempt);
  co_return Result<>{};
}

}  // namespace peregrine::play
