// Follows the protocol of one connection from a copy of its bytes, and says where operations begin
// and end. What it does not understand it holds up as little as anything: it changes nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/time.h"
#include "boundary/reach.h"

namespace peregrine::boundary {

class Tap {
 public:
  // What the bytes at the front are.
  struct Taken {
    enum State {
      between,  // of no operation, or the other side waits for them before it ends
      begun,    // of an operation whose request, or answer, has not ended yet
      ended,    // the last of a request, or of an answer
      // Of an operation that is divided: it is carried out, and waits for finish().
      carried_out,
    };
    size_t bytes = 0;  // none only for an operation that ends without an answer of its own
    State state = between;
    // Of an operation that is divided, or refused:
    bool part = false;     // they begin a message: what they are is said with its end
    bool hidden = false;   // they answer what Peregrine asked: not for the service
    bool instead = false;  // what came of this answer before does not count: this does
  };
  // Of the request that has just ended. Valid until the next call of from_client().
  struct Asked {
    std::string_view text;
    bool visible = true;           // as Operation's
    bool answered = true;          // one will end that way
    const Reach* reach = nullptr;  // null: it knows nothing of it
  };
  // Of the answer that has just ended. Valid until the next call of from_server().
  struct Answered {
    std::string_view text;
    bool failed = false;
  };

  Tap() = default;
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;
  virtual ~Tap() = default;
  // See one direction's bytes as they come, before they are passed on: an answer cannot overtake
  // its question. Take them from the front, up to the end of an operation at most. Answers end in
  // the order of the requests. Called on the loop's thread; must not wait.
  virtual Taken from_client(std::string_view bytes, base::Instant now) = 0;
  virtual Taken from_server(std::string_view bytes, base::Instant now) = 0;
  virtual Asked asked() const = 0;
  virtual Answered answered() const = 0;
  // Divides the operation that was asked last, which has not passed yet: what is to be sent before
  // it. REQUIRES: its reach is divisible, and every operation before it has been answered.
  virtual std::string divide() { return {}; }
  // What is to be sent when it has been carried out, so that others see it.
  virtual std::string finish() { return {}; }
  // By which a client cancels, on another connection, what it has asked on this; empty: it cannot.
  virtual std::string_view key() const { return {}; }
  // What comes of an operation that is cancelled before it has passed, and never will.
  struct Refusal {
    std::string request;  // what is to be sent in its place, and is refused by the server
    std::string answer;   // what the service is told; the server's answer has the rest
  };
  // Refuses the operation that was asked last. REQUIRES: it has a key, and every operation before
  // has been answered.
  virtual Refusal refuse(base::Instant) { return {}; }
  // The connection is being made: nothing can be asked yet.
  virtual bool starting() const { return false; }
  // Nothing passes any more.
  virtual void ended(base::Instant) {}
};

}  // namespace peregrine::boundary
