#include "wire/websocket.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "wire/feed.h"

namespace peregrine::wire::websocket {

using base::check;
using base::Code;
using base::Result;

namespace {

constexpr size_t kShortHeader = 2;
constexpr size_t kMaskBytes = 4;

bool is_control(Opcode opcode) { return opcode >= Opcode::close; }

// How many bytes of the header say a length that did not fit the first seven bits.
size_t more_length_bytes(uint8_t seven_bits) {
  return seven_bits == 126 ? 2 : seven_bits == 127 ? 8 : 0;
}

}  // namespace

bool is_close_code(uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

template <class... Args>
std::unexpected<base::Error> MessageReader::wrong(uint16_t code, fmt::format_string<Args...> text,
                                                  Args&&... args) {
  close_code_ = code;
  return base::fail(code == kMessageTooBig ? Code::limit : Code::protocol, text,
                    std::forward<Args>(args)...);
}

MessageReader::MessageReader(Role peer, Limits limits, const std::optional<Deflate>& deflate)
    : peer_(peer), limits_(limits), deflate_(deflate) {}

Result<size_t> MessageReader::feed(std::string_view bytes) {
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

Message MessageReader::take() {
  check(done(), "a message is taken before it is complete");
  Message message = *std::move(done_);
  done_.reset();
  return message;
}

Result<> MessageReader::step(std::string_view& rest) {
  if (closed_) {
    rest = {};
    return {};
  }
  if (in_payload_) return take_payload(rest);
  const size_t missing = std::min(header_size() - header_.size(), rest.size());
  header_ += rest.substr(0, missing);
  rest.remove_prefix(missing);
  if (header_.size() == kShortHeader) TRY_OK(check_first_bytes());
  if (header_.size() < header_size()) return {};
  TRY_OK(begin_frame());
  header_.clear();
  in_payload_ = true;
  return frame_.left == 0 ? end_frame() : Result<>{};
}

size_t MessageReader::header_size() const {
  if (header_.size() < kShortHeader) return kShortHeader;
  const auto second = static_cast<uint8_t>(header_[1]);
  return kShortHeader + more_length_bytes(second & 127) + (second & 128 ? kMaskBytes : 0);
}

Result<> MessageReader::check_first_bytes() {
  const auto first = static_cast<uint8_t>(header_[0]);
  const auto second = static_cast<uint8_t>(header_[1]);
  frame_ = Frame{.fin = (first & 128) != 0,
                 .rsv1 = (first & 64) != 0,
                 .opcode = static_cast<Opcode>(first & 15),
                 .masked = (second & 128) != 0};
  const int opcode = first & 15;
  if ((opcode > 2 && opcode < 8) || opcode > 10) {
    return wrong(kProtocolError, "a frame has the reserved opcode {}", opcode);
  }
  const bool control = is_control(frame_.opcode);
  const bool may_be_compressed = deflate_ && !control && frame_.opcode != Opcode::continuation;
  if ((first & 48) != 0 || (frame_.rsv1 && !may_be_compressed)) {
    return wrong(kProtocolError, "a frame has reserved bits set, without an extension for them");
  }
  if (frame_.masked != (peer_ == Role::client)) {
    return wrong(
        kProtocolError, "{}",
        frame_.masked ? "a frame of the server is masked" : "a frame of the client is not masked");
  }
  if (control && (!frame_.fin || (second & 127) > kControlBytes)) {
    return wrong(kProtocolError, "a control frame must be whole and have at most {} bytes",
                 kControlBytes);
  }
  return check_order();
}

Result<> MessageReader::check_order() const {
  if (is_control(frame_.opcode)) return {};
  if (frame_.opcode == Opcode::continuation && !message_) {
    return base::fail(Code::protocol, "a frame continues a message that was not begun");
  }
  if (frame_.opcode != Opcode::continuation && message_) {
    return base::fail(Code::protocol, "a message begins before the last has ended");
  }
  return {};
}

Result<> MessageReader::begin_frame() {
  const auto seven_bits = static_cast<uint8_t>(header_[1] & 127);
  const size_t more = more_length_bytes(seven_bits);
  uint64_t length = more == 0 ? seven_bits : 0;
  for (size_t i = 0; i < more; ++i) {
    length = length << 8 | static_cast<uint8_t>(header_[kShortHeader + i]);
  }
  if ((more == 2 && length < 126) || (more == 8 && (length < 1 << 16 || length >> 63 != 0))) {
    return wrong(kProtocolError, "a frame says its length of {} in {} bytes", length, more);
  }
  frame_.length = frame_.left = length;
  if (frame_.masked) std::ranges::copy(header_.substr(kShortHeader + more), frame_.mask.begin());
  if (is_control(frame_.opcode)) return {};
  if (frame_.opcode != Opcode::continuation) {
    message_ = Message{.kind = frame_.opcode};
    compressed_ = frame_.rsv1;
    sent_bytes_ = frames_ = 0;
    utf8_ = Utf8Checker();
  }
  if (length > limits_.message - sent_bytes_) {
    return wrong(kMessageTooBig, "the message is larger than {} bytes", limits_.message);
  }
  if (++frames_ > limits_.frames) {
    return wrong(kMessageTooBig, "the message has more than {} frames", limits_.frames);
  }
  sent_bytes_ += length;
  return {};
}

Result<> MessageReader::take_payload(std::string_view& rest) {
  constexpr size_t kPieceBytes = size_t{64} * 1024;  // unmasked at a time, beside the message
  const auto size =
      static_cast<size_t>(std::min<uint64_t>({frame_.left, rest.size(), kPieceBytes}));
  std::string piece(rest.substr(0, size));
  rest.remove_prefix(size);
  if (frame_.masked) {
    const uint64_t at = frame_.length - frame_.left;
    for (size_t i = 0; i < size; ++i) piece[i] ^= frame_.mask[(at + i) % kMaskBytes];
  }
  frame_.left -= size;
  if (is_control(frame_.opcode)) {
    control_ += piece;
  } else {
    TRY_OK(add_to_message(piece, false));
  }
  return frame_.left == 0 ? end_frame() : Result<>{};
}

// Of what is inflated the text is checked as far as the limit, then the limit, then the deflate
// data: so the first mistake in the stream is the one that is told.
Result<> MessageReader::add_to_message(std::string_view bytes, bool end) {
  std::string& payload = message_->payload;
  const size_t before = payload.size();
  Result<> inflated;
  if (!compressed_) {
    payload += bytes;
  } else if (end) {
    inflated = inflater().finish(payload, limits_.message);
  } else {
    inflated = inflater().feed(bytes, payload, limits_.message);
  }
  const std::string_view added = std::string_view(payload).substr(before);
  const bool too_much = payload.size() > limits_.message;
  if (message_->kind == Opcode::text &&
      !utf8_.feed(too_much ? added.substr(0, limits_.message - before) : added)) {
    return wrong(kInvalidPayload, "a text message is not UTF-8");
  }
  if (too_much) {
    return wrong(kMessageTooBig, "the message is larger than {} bytes", limits_.message);
  }
  if (!inflated) return wrong(kInvalidPayload, "{}", inflated.error().text);
  return {};
}

Inflater& MessageReader::inflater() {
  if (inflater_) return *inflater_;
  const bool client = peer_ == Role::client;
  const bool forgets =
      client ? deflate_->client_no_context_takeover : deflate_->server_no_context_takeover;
  return inflater_.emplace(
      client ? deflate_->client_max_window_bits : deflate_->server_max_window_bits, !forgets);
}

Result<> MessageReader::end_frame() {
  in_payload_ = false;
  if (is_control(frame_.opcode)) {
    done_ = Message{.kind = frame_.opcode, .payload = std::exchange(control_, {})};
    return frame_.opcode == Opcode::close ? end_close() : Result<>{};
  }
  if (!frame_.fin) return {};
  if (compressed_) TRY_OK(add_to_message({}, true));
  if (message_->kind == Opcode::text && !utf8_.complete()) {
    return wrong(kInvalidPayload, "a text message ends within a character of UTF-8");
  }
  done_ = std::exchange(message_, std::nullopt);
  return {};
}

// Section 5.5.1: nothing, or a code in network order and a reason in UTF-8.
Result<> MessageReader::end_close() {
  closed_ = true;
  std::string& payload = done_->payload;
  if (payload.empty()) return {};
  const std::string body = std::exchange(payload, {});
  const auto code = static_cast<uint16_t>(static_cast<uint8_t>(body[0]) << 8 |
                                          (body.size() > 1 ? static_cast<uint8_t>(body[1]) : 0));
  if (body.size() < sizeof code || !is_close_code(code)) {
    done_.reset();
    return wrong(kProtocolError, "a close frame has no code that may be sent");
  }
  Utf8Checker utf8;
  if (!utf8.feed(std::string_view(body).substr(sizeof code)) || !utf8.complete()) {
    done_.reset();
    return wrong(kInvalidPayload, "the reason of a close frame is not UTF-8");
  }
  done_->code = code;
  payload = body.substr(sizeof code);
  return {};
}

}  // namespace peregrine::wire::websocket
