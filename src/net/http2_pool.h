// A client's HTTP/2 connections to one origin: finds a connection that takes another request, or
// makes one. Where a connection is being made, requests that it will have room for wait for it.
//
// Repeating a request. One that the server has not carried out, as it says by GOAWAY or
// REFUSED_STREAM, is sent again, whatever its method, at most kMostRepeats times; and as over
// HTTP/1.1 one of an idempotent method, if a connection that had been used before ended before
// anything of the answer came. What wants HTTP/1.1 is left to whoever speaks that.
//
// HttpClient has one for each origin that may speak HTTP/2. One thread: the loop's.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "net/connector.h"
#include "net/http2_client.h"
#include "net/http_call.h"

namespace peregrine::net {

class Http2Pool {
 public:
  static constexpr size_t kMostRepeats = 3;

  struct Limits {
    size_t idle = 64;  // connections without a request that are kept
    wire::http2::Limits session{};
  };
  // `connector` and `buffer` outlive the pool.
  Http2Pool(io::Loop& loop, Connector& connector, std::span<char> buffer, Limits limits)
      : loop_(loop), connector_(connector), buffer_(buffer), limits_(limits), changed_(loop) {}
  Http2Pool(const Http2Pool&) = delete;
  Http2Pool& operator=(const Http2Pool&) = delete;

  // A request and the place for its answer. All of it stays until the task has ended.
  struct Job {
    const Origin& origin;  // of this pool
    std::string_view authority;
    const wire::Request& request;
    wire::Response& response;
    io::Deadline deadline;
    bool repeatable;      // by its method
    LastByte* last_byte;  // who says when it goes, or null
  };
  // Null with the answer in its place; or, if the server does not speak HTTP/2, a fresh connection
  // on which it has not been asked yet. Fails as HttpClient::send().
  io::Task<base::Result<std::unique_ptr<io::Stream>>> send(Job job);
  // The server has chosen HTTP/1.1: there is nothing to be had here.
  bool speaks_http1() const { return speaks_http1_; }

  size_t calls() const { return calls_; }
  size_t idle() const;
  void close_idle();

 private:
  struct Kept {
    Kept(std::unique_ptr<io::Stream> stream, const Http2Pool& pool)
        : client(std::move(stream), pool.limits_.session, pool.buffer_) {}
    Http2Client client;
    bool listed = false;  // in roomy_
  };
  using Connection = std::shared_ptr<Kept>;
  struct Count;
  struct Connecting;
  // One of the two.
  struct Way {
    Connection http2{};
    std::unique_ptr<io::Stream> http1{};
  };

  io::Task<base::Result<Way>> find(const Job& job);
  io::Task<base::Result<Way>> connect(const Job& job);
  io::Task<base::Result<std::unique_ptr<io::Stream>>> connect_plainly(const Job& job);
  Connection take();
  void give_back(const Connection& connection);

  io::Loop& loop_;
  Connector& connector_;
  std::span<char> buffer_;
  Limits limits_;
  bool speaks_http1_ = false;
  size_t calls_ = 0;
  size_t connecting_ = 0;
  size_t waiting_ = 0;  // for one of these
  io::Signal changed_;  // fewer are connecting
  // Connections with room, as far as is known; the most recently used last. Others belong to those
  // whose requests they carry.
  std::vector<Connection> roomy_;
};

}  // namespace peregrine::net
