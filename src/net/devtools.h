// A browser's DevTools: commands and their answers, and the events of its sessions.
//
//   CO_TRY(auto tools, co_await DevTools::connect(loop, "ws://127.0.0.1:9222/devtools/…",
//   deadline)); CO_TRY(Value made, co_await tools->call("", "Target.createTarget", {{"url",
//   "about:blank"}},
//                                           deadline));
//
// A session is one target's, a page for example; the empty one is the browser's own. Chromium keeps
// the order: what was asked first is done first. A message that is no JSON is not taken, and one
// longer than kLongestMessage ends the connection.
//
// The Chrome DevTools Protocol, chromedevtools.github.io/devtools-protocol; sessions are "flat".
//
// One thread: the loop's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

#include "base/value.h"
#include "io/scope.h"
#include "net/websocket.h"

namespace peregrine::net {

class DevTools {
 public:
  static constexpr size_t kLongestMessage = size_t{64} << 20;  // bytes

  // Told of each event of a session, and, by an event without a name, that the browser has gone.
  // Must not wait.
  using Listener = std::function<void(std::string_view method, const base::Value& parameters)>;

  // Listens as long as it is there.
  class [[nodiscard]] Listening {
   public:
    Listening() = default;
    Listening(Listening&& other) noexcept = default;
    Listening& operator=(Listening&& other) noexcept {
      std::swap(to_, other.to_);
      return *this;
    }
    ~Listening() {
      if (to_) *to_ = nullptr;
    }

   private:
    friend class DevTools;
    explicit Listening(std::shared_ptr<Listener> to) : to_(std::move(to)) {}
    std::shared_ptr<Listener> to_;  // null once nobody listens any more
  };

  // `url` is what the browser says when it starts. Fails as WebSocket::connect() does.
  static io::Task<base::Result<std::unique_ptr<DevTools>>> connect(io::Loop& loop, std::string url,
                                                                   io::Deadline deadline);
  DevTools(const DevTools&) = delete;
  DevTools& operator=(const DevTools&) = delete;
  // REQUIRES: nobody waits for an answer.
  ~DevTools();

  // What the browser answers. Fails with Code::refused and its words when it does not do it, or the
  // session ends, closed when the browser has gone.
  io::Task<base::Result<base::Value>> call(std::string session, std::string method,
                                           base::Map parameters, io::Deadline deadline);
  // The same, where nobody waits for the answer.
  void post(std::string session, std::string method, base::Map parameters);
  // The browser has gone, or is not understood any more.
  bool ended() const { return ended_.has_value(); }
  // Listeners may come and go from within one.
  Listening listen(std::string session, Listener listener);

 private:
  DevTools(io::Loop& loop, std::unique_ptr<WebSocket> socket);
  struct Waiting;
  io::Task<void> read();
  io::Task<void> send(std::string text);
  using Listeners = std::multimap<std::string, std::shared_ptr<Listener>, std::less<>>;
  void take(std::string_view text);
  void answer(int64_t id, base::Result<base::Value> answer);
  void end_session(std::string_view session);
  static void tell(std::ranges::subrange<Listeners::iterator> listeners, std::string_view method,
                   const base::Value& parameters);
  void end(base::Error why);
  std::string message(std::string_view session, std::string_view method, base::Map parameters);

  io::Loop& loop_;
  std::unique_ptr<WebSocket> socket_;
  int64_t last_id_ = 0;
  std::map<int64_t, Waiting*> waiting_;
  Listeners listeners_;  // by session
  std::optional<base::Error> ended_;
  io::Scope scope_;
};

// Members of what it tells; an empty text, 0 or an empty map where it has none of that kind.
std::string text_of(const base::Value& told, std::string_view name);
double number_of(const base::Value& told, std::string_view name);
const base::Value& part_of(const base::Value& told, std::string_view name);

}  // namespace peregrine::net
