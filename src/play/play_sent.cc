// What services have sent to a third party since the play began.
#include "base/check.h"
#include "play/action.h"

namespace peregrine::play {

io::Task<base::Result<>> play_action(const lang::SentAction& action, Attempt& attempt) {
  const boundary::Provider& provider = attempt.world.system().provider(action.provider);
  const auto since =
      std::ranges::find(*attempt.call_marks, action.provider, &CallMarks::value_type::first);
  base::check(since != attempt.call_marks->end(), "a play has not looked at a provider");
  base::List calls;
  for (const auto& call : provider.calls_since(since->second, action.route)) {
    calls.push_back(call->seen());
  }
  co_return attempt.see_list("calls", std::move(calls));
}

}  // namespace peregrine::play
