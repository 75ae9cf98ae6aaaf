// Logins: played when a request of an actor first needs a name that is not saved yet, and when
// `expires` has passed. Never because of a 401, which would hide mistakes of the service.
#include <fmt/core.h>

#include <utility>

#include "base/instant.h"
#include "play/match.h"
#include "play/player.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;

Result<bool> Player::needs_login(const lang::Person& person, const Session& session,
                                 Branch& branch) const {
  if (person.login.empty() || session.logging_in) return false;
  for (const auto& [name, value] : person.headers) {
    const Result<std::string> text = value.fill_text(context(branch));
    if (text) continue;
    if (text.error().code == Code::not_found && !session.logged_in) return true;
    return base::because(text.error(),
                         fmt::format("the header `{}` of `{}` has no value", name, person.name));
  }
  if (!session.logged_in && person.headers.empty()) return true;  // cookies are all it brings
  if (!person.expires || !session.logged_in) return false;
  TRY(const Value ends, person.expires->evaluate(context(branch)));
  const auto instant = base::as_instant(ends);
  if (!instant) {
    return base::fail(Code::invalid, "`expires` of `{}` is {}, which is no instant", person.name,
                      show(ends));
  }
  return *instant <= context(branch).now;
}

io::Task<Outcome> Player::ensure_login(size_t index, Branch& branch) {
  const lang::Person& person = plan_.persons[index];
  Session& session = session_of(index, branch);
  const Result<bool> needed = needs_login(person, session, branch);
  if (!needed) {
    fail({fmt::format("login of {}", person.name),
          plan_.source->path(),
          plan_.line,
          needed.error().to_string(),
          {},
          {},
          {},
          0});
    co_return Outcome::failed;
  }
  if (!*needed) co_return Outcome::held;
  session.logging_in = true;
  plan_more(person.login.size());
  net::LastByte* const line = std::exchange(branch.line, nullptr);  // not a login's
  const Outcome outcome = co_await play_steps(person.login, branch);
  branch.line = line;
  session.logging_in = false;
  session.logged_in = outcome == Outcome::held;
  co_return outcome;
}

// Before branches part: they would all log in at once.
io::Task<Outcome> Player::ensure_logins(const lang::Steps& steps, Branch& branch) {
  for (const lang::Step& step : steps) {
    if (!speaks_for_somebody(step)) continue;
    const Outcome outcome = co_await ensure_login(*step.person, branch);
    if (outcome != Outcome::held) co_return outcome;
  }
  co_return Outcome::held;
}

}  // namespace peregrine::play
