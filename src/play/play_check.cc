// check and log: what is known without asking anybody.
#include "base/json.h"
#include "play/action.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

// A line that is a JSON object is that map, any other is text.
Value value_of(const std::string& line) {
  if (!line.starts_with('{')) return Value(line);
  Result<Value> json = base::parse_json(line);
  return json ? *std::move(json) : Value(line);
}

}  // namespace

io::Task<Result<>> play_action(const lang::CheckAction& action, Attempt& attempt) {
  CO_TRY(Value value, action.value.evaluate(attempt.context));
  attempt.see("value", std::move(value));
  co_return Result<>{};
}

io::Task<Result<>> play_action(const lang::LogAction& action, Attempt& attempt) {
  const record::Timeline* timeline = attempt.world.timeline;
  if (!timeline) {
    co_return base::fail(base::Code::invalid,
                         "nothing is recorded in this play, so no log is kept");
  }
  base::List lines;
  for (const record::Event& event : timeline->events()) {
    if (event.kind != record::Event::Kind::log || event.source != action.service) continue;
    lines.push_back(value_of(event.text));
  }
  co_return attempt.see_list("lines", std::move(lines));
}

}  // namespace peregrine::play
