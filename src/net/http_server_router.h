// Which handler a request is for: methods and patterns of paths, matched without I/O. It is filled
// before its server has it, and only read from then on.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/loop.h"
#include "io/task.h"
#include "net/query.h"
#include "wire/http_message.h"

namespace peregrine::net {

// What a handler is given. The server keeps it alive and unchanged until the handler's task ends.
struct HttpRequest {
  wire::Request message;
  std::string path;  // of the target, percent-decoded
  Pairs query;       // of the target, decoded
  Pairs parameters;  // of the route's pattern, decoded
  // When the server wants an answer (HttpServerLimits::handler): what a handler waits for should
  // wait no longer. Nobody ends a handler that does.
  io::Deadline deadline{};

  // REQUIRES: the route's pattern has this parameter.
  const std::string& parameter(std::string_view name) const;
};

// Must not throw. A lambda that captures may call a coroutine and return its task, but not be one:
//   router.add("POST", "/bookings", [&shop](const HttpRequest& r) { return book(shop, r); });
using Handler = std::function<io::Task<wire::Response>(const HttpRequest&)>;

// The same for a handler that takes the request's body and gives its answer piece by piece.
class HttpConversation;
using ConversationHandler = std::function<io::Task<void>(HttpConversation&)>;

// Patterns are paths of literal segments, parameters and at most one rest, at the end:
//   "/webhooks/{name}"    matches /webhooks/stripe, not /webhooks/ nor /webhooks/a/b
//   "/files/{path*}"      matches /files/, /files/a, /files/a/b
// Of several routes that match, the one with a literal where the others have a parameter wins, and
// a parameter wins over a rest; of equal ones the first. Whether a path ends in '/' matters.
class Router {
 public:
  // REQUIRES: check_pattern(pattern) succeeds.
  void add(std::string method, std::string_view pattern, Handler handler);
  void add_conversation(std::string method, std::string_view pattern, ConversationHandler handler);
  // Takes every request, instead of any route: of its HttpRequest only the deadline is set, its
  // message is HttpConversation::head(). For whoever routes by himself.
  void take_all(ConversationHandler handler) { all_ = std::move(handler); }
  const ConversationHandler* all() const { return all_ ? &all_ : nullptr; }
  // Says what is wrong with a pattern.
  static base::Result<> check_pattern(std::string_view pattern);

  struct Match {
    const Handler* handler = nullptr;
    const ConversationHandler* conversation = nullptr;  // or this one
    Pairs parameters{};
    std::string allow{};  // without a handler: the methods that the path knows, empty if none

    bool found() const { return handler || conversation; }
  };
  // `path` is percent-encoded, as in a target. HEAD finds the handler of GET if it has none of its
  // own. Fails with Code::invalid if the path does not begin with '/' or its encoding is broken.
  base::Result<Match> find(std::string_view method, std::string_view path) const;

 private:
  enum class Kind : char { literal, parameter, rest };
  struct Segment {
    Kind kind;
    std::string text;  // the literal, or the parameter's name
  };
  struct Route {
    std::string method{};
    std::vector<Segment> segments{};
    Handler handler{};
    ConversationHandler conversation{};
  };

  void add(Route route, std::string_view pattern);
  static Segment parse_segment(std::string_view text);
  static bool matches(const Route& route, const std::vector<std::string>& path);
  static bool better(const Route& a, const Route& b);
  static Pairs capture(const Route& route, std::vector<std::string> path);
  std::string allowed(const std::vector<std::string>& path) const;

  std::vector<Route> routes_;
  ConversationHandler all_;
};

}  // namespace peregrine::net
