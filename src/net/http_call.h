// One request and its answer, in memory that an HttpClient lends: filled again and again by whoever
// sends many, it costs no allocation a request.
//
//   HttpCall call = client.call();
//   call.request().target = "/items/42";
//   CO_TRY_OK(co_await client.send(call, origin, loop.in(5s)));
//   … call.response().status …
//
// A call goes back to its client when it ends; the client outlives it. One thread: the loop's.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "io/task.h"
#include "wire/http1.h"

namespace peregrine::net {

class HttpClient;

// Who says when the last byte of a request may go, once all before it has been sent. So many
// requests can be complete at one instant. Over HTTP/2 a request without a body waits as a whole,
// once there is a connection for it: many services begin as soon as they have its headers.
class LastByte {
 public:
  LastByte() = default;
  LastByte(const LastByte&) = delete;
  LastByte& operator=(const LastByte&) = delete;
  virtual ~LastByte() = default;
  // Waits for it. Fails when cancelled.
  virtual io::Task<base::Result<>> may_go() = 0;
};

class HttpCall {
 public:
  HttpCall(HttpCall&&) = default;
  HttpCall& operator=(HttpCall&& other) noexcept {
    std::swap(client_, other.client_);
    std::swap(memory_, other.memory_);
    return *this;
  }
  ~HttpCall();

  // As new in a fresh call; kept as it is when the call is sent.
  wire::Request& request() { return memory_->request; }
  const wire::Request& request() const { return memory_->request; }
  // Until the call ends; it outlives that. Null: the last byte goes with the others.
  void set_last_byte(LastByte* last_byte) { memory_->last_byte = last_byte; }

  // REQUIRES: the call was sent with success. Valid until it is sent again or ends.
  const wire::Response& response() const {
    return memory_->http2 ? memory_->answer : memory_->parser.message();
  }
  // The same, to keep.
  wire::Response take() {
    return memory_->http2 ? std::exchange(memory_->answer, {}) : memory_->parser.take();
  }

 private:
  friend class HttpClient;

  struct Memory {
    explicit Memory(wire::http1::Limits limits) : parser("GET", limits) {}
    wire::Request request{};
    std::string bytes{};  // the request as it is sent
    wire::http1::ResponseParser parser;
    bool http2 = false;  // the answer came over HTTP/2: it is here, not in the parser
    wire::Response answer{};
    LastByte* last_byte = nullptr;
  };

  HttpCall(HttpClient& client, std::unique_ptr<Memory> memory)
      : client_(&client), memory_(std::move(memory)) {}

  HttpClient* client_;
  std::unique_ptr<Memory> memory_;  // null in a call that was moved from
};

}  // namespace peregrine::net
