#include "io/channel.h"

#include <cstring>
#include <utility>

namespace peregrine::io {

using base::Code;
using base::fail;
using base::Result;
using Message = std::optional<std::string>;

namespace {

using Length = uint32_t;
constexpr size_t kPiece = size_t{64} << 10;  // what is asked for at once

}  // namespace

Task<Result<>> Channel::send(std::string message, Deadline deadline) {
  if (message.size() > kLongest) {
    co_return fail(Code::limit, "a message of {} bytes is too long", message.size());
  }
  const auto length = static_cast<Length>(message.size());
  message.insert(0, reinterpret_cast<const char*>(&length), sizeof length);
  co_return co_await socket_.send(message, deadline);
}

// Nothing when it has not come to its end yet.
Result<Message> Channel::take() {
  Length length = 0;
  const size_t left = come_.size() - taken_;
  if (left < sizeof length) return Message();
  std::memcpy(&length, come_.data() + taken_, sizeof length);
  if (length > kLongest) return fail(Code::protocol, "a message of {} bytes is announced", length);
  if (left < sizeof length + length) return Message();
  Message message = come_.substr(taken_ + sizeof length, length);
  taken_ += sizeof length + length;
  return message;
}

Task<Result<Message>> Channel::receive(Deadline deadline) {
  for (;;) {
    CO_TRY(Message message, take());
    if (message) co_return message;
    come_.erase(0, std::exchange(taken_, 0));
    const size_t before = come_.size();
    come_.resize(before + kPiece);
    const Result<size_t> n =
        co_await socket_.receive(std::span(come_.data() + before, kPiece), deadline);
    come_.resize(before + n.value_or(0));
    if (!n) co_return std::unexpected(n.error());
    if (*n > 0) continue;
    if (!come_.empty()) co_return fail(Code::closed, "the other process ended within a message");
    co_return Message();
  }
}

}  // namespace peregrine::io
