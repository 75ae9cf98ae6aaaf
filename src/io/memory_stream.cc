#include "io/memory_stream.h"

#include <algorithm>
#include <string>

#include "base/check.h"

namespace peregrine::io {

using base::Code;
using base::fail;
using base::Result;

// One direction. Both ends hold it, so that one may outlive the other.
struct MemoryStream::Pipe {
  Pipe(Loop& loop, size_t its_capacity) : capacity(its_capacity), readable(loop), writable(loop) {}

  // The other side sees the end once it has received what is here.
  void end() {
    ended = true;
    readable.notify_all();
    writable.notify_all();
  }
  // Nobody will receive any more.
  void give_up() {
    given_up = true;
    bytes.clear();
    writable.notify_all();
  }
  // What is here is lost.
  void reset() {
    was_reset = true;
    bytes.clear();
    end();
  }

  size_t capacity;
  std::string bytes;
  bool ended = false;
  bool given_up = false;
  bool was_reset = false;
  Signal readable;
  Signal writable;
};

std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> MemoryStream::pair(
    Loop& loop, size_t capacity) {
  base::check(capacity > 0, "a stream in memory without room");
  auto there = std::make_shared<Pipe>(loop, capacity);
  auto back = std::make_shared<Pipe>(loop, capacity);
  return {std::unique_ptr<MemoryStream>(new MemoryStream(loop, back, there)),
          std::unique_ptr<MemoryStream>(new MemoryStream(loop, there, back))};
}

MemoryStream::MemoryStream(Loop& loop, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out)
    : loop_(loop), in_(std::move(in)), out_(std::move(out)) {}

MemoryStream::~MemoryStream() {
  if (!in_->bytes.empty()) out_->reset();
  out_->end();
  in_->give_up();
}

Task<Result<size_t>> MemoryStream::receive(std::span<char> into, Deadline deadline) {
  while (in_->bytes.empty()) {
    if (in_->was_reset) co_return fail(Code::closed, "receive: the connection was reset");
    if (in_->ended) co_return size_t{0};
    CO_TRY_OK(co_await in_->readable.wait(deadline));
  }
  const size_t n = loop_.up_to(std::min(into.size(), in_->bytes.size()));
  std::copy_n(in_->bytes.begin(), n, into.begin());
  in_->bytes.erase(0, n);
  in_->writable.notify_all();
  co_return n;
}

Task<Result<>> MemoryStream::send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    if (out_->ended || out_->given_up) {
      co_return fail(Code::closed, "send: the connection is closed");
    }
    const size_t n = std::min(bytes.size(), out_->capacity - out_->bytes.size());
    if (n == 0) {
      CO_TRY_OK(co_await out_->writable.wait(deadline));
      continue;
    }
    out_->bytes.append(bytes.substr(0, n));
    bytes.remove_prefix(n);
    out_->readable.notify_all();
  }
  co_return Result<>{};
}

Task<Result<>> MemoryStream::finish_sending(Deadline) {
  out_->end();
  co_return Result<>{};
}

void MemoryStream::abort() {
  out_->end();
  in_->end();
  in_->give_up();
}

bool MemoryStream::is_quiet() const { return in_->bytes.empty() && !in_->ended; }

}  // namespace peregrine::io
