// For tests: every host is the same server in this process, reached over streams in memory.
#pragma once

#include <memory>
#include <utility>

#include "io/memory_stream.h"
#include "net/connector.h"
#include "net/http_server.h"

namespace peregrine::net {

class Everywhere final : public Connector {
 public:
  // `capacity` is how many bytes are on their way in each direction at most.
  Everywhere(io::Loop& loop, HttpServer& server, size_t capacity = io::MemoryStream::kCapacity)
      : loop_(loop), server_(server), capacity_(capacity) {}

  io::Task<base::Result<std::unique_ptr<io::Stream>>> connect(Origin, io::Deadline) override {
    ++tried;
    if (down) co_return base::fail(base::Code::refused, "nobody listens");
    auto [near, far] = io::MemoryStream::pair(loop_, capacity_);
    server_.serve(std::move(far));
    co_return std::move(near);
  }

  int tried = 0;      // connections that were asked for
  bool down = false;  // nobody listens

 private:
  io::Loop& loop_;
  HttpServer& server_;
  size_t capacity_;
};

}  // namespace peregrine::net
