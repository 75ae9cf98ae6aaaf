// check and log: what is known without asking anybody.
#include "base/json.h"
#include "play/action.h"

namespace peregrine::play {

using base::Result;
using base::Value;

io::Task<Result<>> play_action(const lang::CheckAction& action, Attempt& attempt) {
  CO_TRY(Value value, action.value.evaluate(attempt.context));
  attempt.see("value", std::move(value));
  co_return Result<>{};
}

// A line that is JSON is that map, any other is text.
io::Task<Result<>> play_action(const lang::LogAction& action, Attempt& attempt) {
  const record::Timeline* timeline = attempt.world.timeline;
  if (!timeline) {
    co_return base::fail(base::Code::invalid,
                         "nothing is recorded in this play, so no log is kept");
  }
  base::List lines;
  for (const record::Event& event : timeline->events()) {
    if (event.kind != record::Event::Kind::log || event.source != action.service) continue;
    Result<Value> json = event.text.starts_with('{') ? base::parse_json(event.text)
                                                     : Result<Value>(Value(event.text));
    lines.push_back(json && !event.text.empty() ? *std::move(json) : Value(event.text));
  }
  co_return attempt.see_list("lines", std::move(lines));
}

}  // namespace peregrine::play
