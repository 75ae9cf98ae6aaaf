#include "boundary/redis_commands.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "boundary/redis_text.h"

namespace peregrine::boundary {

using base::Instant;
using base::Result;
using wire::resp::Kind;
using wire::resp::Outline;
using wire::resp::Word;

namespace {

constexpr size_t kMostAsked = 200'000;
constexpr size_t kMostAskedBytes = size_t{16} << 20;
constexpr std::string_view kSilent = "(no answer wanted)";
constexpr std::string_view kHiddenAnswer = "(hidden)";
// They are about the connection alone.
constexpr std::string_view kInvisible[] = {"auth", "client", "command", "echo",   "hello", "info",
                                           "ping", "quit",   "reset",   "select", "multi"};

std::string name_of(std::span<const Word> words, size_t index = 0) {
  return index < words.size() ? base::lowercase(words[index].text) : "";
}

// "subscribe", "punsubscribe", "ssubscribe", …
bool is_subscription(std::string_view name) {
  if (name.starts_with('p') || (name.starts_with('s') && !name.starts_with("subs"))) {
    name.remove_prefix(1);
  }
  return name == "subscribe" || name == "unsubscribe";
}

std::string_view first_text(const Outline& answer) {
  return answer.elements.empty() ? "" : std::string_view(answer.elements.front().text);
}

// 1339518083.107412 [0 127.0.0.1:60866] "keys" "*"
bool is_monitored(const Outline& answer) {
  return answer.kind == Kind::simple_string && !answer.text.empty() && answer.text[0] >= '0' &&
         answer.text[0] <= '9';
}

}  // namespace

uint64_t& RedisCommands::Subscriptions::of(std::string_view name) {
  if (name.starts_with('p')) return patterns;
  return name.starts_with("ss") || name.starts_with("sun") ? shards : channels;
}

Tap::Taken RedisCommands::from_client(std::string_view bytes, Instant now) {
  if (!following_ || bytes.empty()) return {bytes.size(), Taken::between};
  const Result<size_t> used = client_.feed(bytes);
  if (!used) lose(used.error().text);
  if (used && !client_.done()) return {*used, Taken::begun};
  if (used) see_command(now);
  return following_ ? Taken{*used, Taken::ended} : Taken{bytes.size(), Taken::between};
}

Tap::Taken RedisCommands::from_server(std::string_view bytes, Instant now) {
  if (!following_ || bytes.empty()) return {bytes.size(), Taken::between};
  const Result<size_t> used = server_.feed(bytes);
  if (!used) lose(used.error().text);
  if (used && !server_.done()) return {*used, Taken::begun};
  const size_t before = awaited_.size();
  if (used) see_answer(server_.outline(), now);
  if (!following_) return {bytes.size(), Taken::between};
  return {*used, awaited_.size() < before ? Taken::ended : Taken::between};
}

void RedisCommands::ended(Instant now) {
  if (!following_) return;
  following_ = false;
  if (transaction_) {
    tell({.text = transaction_->text, .started = transaction_->started},
         "(not executed: the connection ended)", false, now);
  }
  for (const Awaited& asked : awaited_) {
    tell(asked, "(no answer: the connection ended)", asked.role != Role::last, now);
  }
  awaited_.clear();
}

// ---- What the client asks

void RedisCommands::see_command(Instant now) {
  const auto words = client_.words();
  if (awaited_.size() >= kMostAsked || awaited_bytes_ >= kMostAskedBytes) {
    return lose("too many commands wait for their answers");
  }
  if (asks_for_silence(now)) return;
  const std::string name = name_of(words);
  if (name == "sync" || name == "psync") return lose("it has become that of a replica");
  Awaited asked{.text = base::shortened(shown_command(words, client_.count()), kCommandText),
                .started = now,
                .secret = answers_with_secrets(words)};
  constexpr std::pair<std::string_view, Role> kRoles[] = {
      {"multi", Role::multi}, {"exec", Role::exec},     {"discard", Role::discard},
      {"reset", Role::reset}, {"hello", Role::hello},   {"monitor", Role::monitor},
      {"quit", Role::last},   {"shutdown", Role::last},
  };
  for (const auto& [known, role] : kRoles) {
    if (name == known) asked.role = role;
  }
  if (is_subscription(name)) {
    asked.role = Role::subscription;
    asked.name = name;
    asked.wanted = client_.count() - 1;
  }
  ask(name, asked);
  if (silent_ || std::exchange(skip_next_, false)) {
    request_.answered = false;
    return tell(asked, std::string(kSilent), false, now);
  }
  awaited_bytes_ += asked.text.size();
  awaited_.push_back(std::move(asked));
}

// CLIENT REPLY ON is answered, OFF and SKIP are not.
bool RedisCommands::asks_for_silence(Instant now) {
  const auto words = client_.words();
  if (words.size() != 3 || name_of(words) != "client" || name_of(words, 1) != "reply") return false;
  const std::string mode = name_of(words, 2);
  if (mode == "on") silent_ = skip_next_ = false;
  if (mode != "off" && mode != "skip") return false;
  if (mode == "off") silent_ = true;
  if (mode == "skip" && !silent_) skip_next_ = true;
  request_ = {shown_command(words, client_.count()), false, false};
  tell({.text = request_.text, .started = now}, std::string(kSilent), false, now);
  return true;
}

// Notes it as the operation that is asked. What a transaction does, its EXEC does.
void RedisCommands::ask(std::string_view name, const Awaited& command) {
  request_ = {command.text, std::ranges::find(kInvisible, name) == std::end(kInvisible)};
  if (multi_.empty() && command.role != Role::multi) return;
  const bool ends =
      command.role == Role::exec || command.role == Role::discard || command.role == Role::reset;
  if (multi_.size() + command.text.size() < kCommandText || ends) {
    multi_ += (multi_.empty() ? "" : "; ") + command.text;
  }
  request_.visible = command.role == Role::exec;
  if (ends) request_.text = std::exchange(multi_, "");
}

// ---- What the server answers

void RedisCommands::see_answer(const Outline& answer, Instant now) {
  if (answer.kind == Kind::push || is_message(answer)) return pushed(answer, now);
  if (monitoring_ && is_monitored(answer)) return;
  if (!awaited_.empty()) return see_front(answer, now);
  if (!answer.is_error()) return lose("an answer came that nobody asked for");
  // As when too many are connected.
  tell({.text = "(connection)", .started = now}, shown_answer(answer), true, now);
}

// Messages in RESP2, which knows no pushes.
bool RedisCommands::is_message(const Outline& answer) const {
  if (resp3_ || answer.kind != Kind::array) return false;
  const Subscriptions& all = subscriptions_;
  if (all.channels + all.patterns + all.shards == 0) return false;
  const std::string_view name = first_text(answer);
  return name == "message" || name == "pmessage" || name == "smessage";
}

void RedisCommands::pushed(const Outline& push, Instant now) {
  if (is_subscription(first_text(push))) return confirmed(push, now);
  observer_.command({.text = base::shortened(shown_message(push), kCommandText),
                     .outcome = "",
                     .pushed = true,
                     .started = now,
                     .connection = connection_});
}

// ["subscribe", "orders", 1]: the number counts what the connection is subscribed to then.
void RedisCommands::confirmed(const Outline& confirmation, Instant now) {
  const std::string name(first_text(confirmation));
  uint64_t& count = subscriptions_.of(name);
  const bool ours = !awaited_.empty() && awaited_.front().role == Role::subscription &&
                    awaited_.front().name == name;
  // UNSUBSCRIBE without names is confirmed for each that there is, or once for none.
  if (ours && awaited_.front().wanted == 0) awaited_.front().wanted = std::max<uint64_t>(count, 1);
  const int64_t number = confirmation.elements.size() > 2 ? confirmation.elements[2].integer : 0;
  const auto total = static_cast<uint64_t>(std::max<int64_t>(number, 0));
  const uint64_t others = &count == &subscriptions_.shards     ? 0
                          : &count == &subscriptions_.channels ? subscriptions_.patterns
                                                               : subscriptions_.channels;
  count = total - std::min(total, others);
  if (!ours || ++awaited_.front().confirmed < awaited_.front().wanted) return;
  const Awaited front = std::move(awaited_.front());
  awaited_.pop_front();
  awaited_bytes_ -= front.text.size();
  tell(front, fmt::format("{} in all", total), false, now);
}

void RedisCommands::see_front(const Outline& answer, Instant now) {
  if (awaited_.front().role == Role::subscription && is_subscription(first_text(answer))) {
    return confirmed(answer, now);
  }
  const Awaited front = std::move(awaited_.front());
  awaited_.pop_front();
  awaited_bytes_ -= front.text.size();
  const bool ok = !answer.is_error();
  if (transaction_ || front.role == Role::multi) answer_ = {answer.text, !ok};
  switch (front.role) {
    case Role::multi:
      if (!ok && !transaction_) multi_.clear();
      if (!ok || transaction_) break;
      transaction_ = Transaction{.started = front.started};
      return;
    case Role::exec:
    case Role::discard:
      if (transaction_) return end_transaction(front, answer, now);
      break;
    case Role::reset:
      if (!ok) break;
      subscriptions_ = {};
      resp3_ = monitoring_ = false;
      if (transaction_) return end_transaction(front, answer, now);
      break;
    case Role::hello:
      if (ok) resp3_ = answer.kind == Kind::map;
      break;
    case Role::monitor:
      monitoring_ = ok;
      break;
    default:
      break;
  }
  if (transaction_ && queue(front, answer)) return;
  tell(front, shown_answer(answer), !ok, now);
}

// Whether it belongs to the transaction: it was queued, or refused before.
bool RedisCommands::queue(const Awaited& asked, const Outline& answer) {
  if (!answer.is_error() && !answer.is_simple("QUEUED")) return false;
  if (asked.role == Role::subscription && !answer.is_error()) {
    lose("it subscribes in a transaction");
    return true;
  }
  if (answer.is_error() && transaction_->refused.empty()) {
    transaction_->refused = fmt::format("{}: {}", asked.text, shown_answer(answer));
  }
  if (transaction_->text.size() + asked.text.size() < kCommandText) {
    transaction_->text += "; " + asked.text;
  } else {
    ++transaction_->unshown;
  }
  return true;
}

void RedisCommands::end_transaction(const Awaited& last, const Outline& answer, Instant now) {
  const Transaction transaction = *std::exchange(transaction_, std::nullopt);
  Awaited whole{.text = transaction.text, .started = transaction.started};
  if (transaction.unshown > 0) whole.text += fmt::format("; … {} more", transaction.unshown);
  whole.text += "; " + last.text;
  std::string outcome = shown_answer(answer);
  if (answer.is_error() && !transaction.refused.empty()) outcome += " " + transaction.refused;
  if (last.role == Role::exec && answer.is_null()) outcome += ": a watched key has changed";
  tell(whole, std::move(outcome), answer.is_error() || answer.errors > 0, now);
}

void RedisCommands::tell(const Awaited& asked, std::string outcome, bool failed, Instant now) {
  if (asked.secret && !failed) outcome = kHiddenAnswer;
  answer_ = {outcome, failed};
  observer_.command({.text = asked.text,
                     .outcome = base::shortened(outcome, kCommandText),
                     .failed = failed,
                     .started = asked.started,
                     .duration = now - asked.started,
                     .connection = connection_});
}

void RedisCommands::lose(std::string_view why) {
  following_ = false;
  awaited_.clear();
  multi_.clear();
  transaction_.reset();
  observer_.lost(connection_, std::string(why));
}

}  // namespace peregrine::boundary
