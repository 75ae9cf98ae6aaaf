// Follows one connection to Redis from a copy of its bytes, tells which commands were asked and
// what became of them, and where operations end (redis_proxy.h says what one is). Sans I/O. What it
// cannot follow ends its work, is told once, and changes nothing else.
//
// Answers come in the order of the commands, with these exceptions, which it knows: MULTI up to
// EXEC is one; messages of channels and pushes come by themselves, in RESP2 as arrays; a
// subscription is confirmed once for each name; after MONITOR lines come without end; CLIENT REPLY
// leaves answers out.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "boundary/tap.h"
#include "wire/resp_skim.h"

namespace peregrine::boundary {

// A command that has been answered, a whole transaction, or what came by itself. Passwords are
// hidden. Texts are cut at kCommandText bytes.
struct CommandSeen {
  std::string text{};     // "SET a 1"; "MULTI; INCR a; EXEC"; "message orders hello"
  std::string outcome{};  // "OK", "(nil)", "WRONGTYPE Operation …"; empty of what came by itself
  bool failed = false;
  bool pushed = false;      // it came by itself
  base::Instant started{};  // when its last byte came from the service, or from Redis
  base::Duration duration{};
  uint64_t connection = 0;  // counted from 1
};
inline constexpr size_t kCommandText = size_t{4} * 1024;

class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  // Called on the loop's thread; must not wait.
  virtual void command(const CommandSeen& seen) = 0;
  // From here on nothing is told of this connection.
  virtual void lost(uint64_t connection, const std::string& why) = 0;
};

class RedisCommands final : public Tap {
 public:
  // The observer outlives it.
  RedisCommands(CommandObserver& observer, uint64_t connection)
      : observer_(observer), connection_(connection) {}

  Taken from_client(std::string_view bytes, base::Instant now) override;
  Taken from_server(std::string_view bytes, base::Instant now) override;
  Asked asked() const override { return {request_.text, request_.visible, request_.answered}; }
  Answered answered() const override { return {answer_.text, answer_.failed}; }
  // What was not answered is told so.
  void ended(base::Instant now) override;
  bool following() const { return following_; }

 private:
  enum class Role { plain, multi, exec, discard, reset, hello, monitor, subscription, last };

  // What the server has still to answer, in the order it was asked.
  struct Awaited {
    Role role = Role::plain;
    std::string text{};
    base::Instant started{};
    std::string name{};      // of a subscription: "psubscribe"
    uint64_t wanted = 0;     // its confirmations; 0: one for each name that there is
    uint64_t confirmed = 0;  // of them
    bool secret = false;     // what is answered is not to be shown
  };
  struct Transaction {
    std::string text = "MULTI";
    base::Instant started{};
    size_t unshown = 0;     // commands for which there was no room
    std::string refused{};  // the first error before EXEC
  };
  // How many there are of each kind. Redis counts channels and patterns together.
  struct Subscriptions {
    uint64_t channels = 0;
    uint64_t patterns = 0;
    uint64_t shards = 0;
    uint64_t& of(std::string_view name);
  };

  // Of the operation that was asked last.
  struct Request {
    std::string text;
    bool visible = true;
    bool answered = true;
  };
  // Of the answer that came last.
  struct Answer {
    std::string text;
    bool failed = false;
  };

  void see_command(base::Instant now);
  bool asks_for_silence(base::Instant now);
  void ask(std::string_view name, const Awaited& command);
  void see_answer(const wire::resp::Outline& answer, base::Instant now);
  void see_front(const wire::resp::Outline& answer, base::Instant now);
  void end_transaction(const Awaited& last, const wire::resp::Outline& answer, base::Instant now);
  bool queue(const Awaited& asked, const wire::resp::Outline& answer);
  bool is_message(const wire::resp::Outline& answer) const;
  void pushed(const wire::resp::Outline& push, base::Instant now);
  void confirmed(const wire::resp::Outline& confirmation, base::Instant now);
  void tell(const Awaited& asked, std::string outcome, bool failed, base::Instant now);
  void lose(std::string_view why);

  CommandObserver& observer_;
  uint64_t connection_;
  wire::resp::CommandSkimmer client_;
  wire::resp::ReplySkimmer server_;
  std::deque<Awaited> awaited_;
  size_t awaited_bytes_ = 0;  // of their texts
  Request request_;
  Answer answer_;
  std::string multi_;  // what has been asked since MULTI, with it; empty: nothing
  std::optional<Transaction> transaction_;
  Subscriptions subscriptions_;
  bool resp3_ = false;
  bool monitoring_ = false;
  bool silent_ = false;     // CLIENT REPLY OFF
  bool skip_next_ = false;  // CLIENT REPLY SKIP
  bool following_ = true;
};

}  // namespace peregrine::boundary
