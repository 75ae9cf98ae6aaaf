#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "wire/websocket.h"

namespace peregrine::wire::websocket {

using base::Code;
using base::fail;
using base::Result;

namespace {

void append_number(std::string& out, uint64_t number, int bytes) {
  while (bytes-- > 0) out += static_cast<char>(number >> (8 * bytes) & 255);
}

int window_bits(Role self, const Deflate& agreed) {
  return self == Role::client ? agreed.client_max_window_bits : agreed.server_max_window_bits;
}

}  // namespace

void append_frame(std::string& out, const FrameHead& head, std::string_view payload) {
  out += static_cast<char>((head.fin ? 128 : 0) | (head.rsv1 ? 64 : 0) |
                           static_cast<uint8_t>(head.opcode));
  const int mask_bit = head.mask ? 128 : 0;
  if (payload.size() < 126) {
    out += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else if (payload.size() < 1 << 16) {
    out += static_cast<char>(mask_bit | 126);
    append_number(out, payload.size(), 2);
  } else {
    out += static_cast<char>(mask_bit | 127);
    append_number(out, payload.size(), 8);
  }
  if (head.mask) out.append(head.mask->data(), head.mask->size());
  const size_t begin = out.size();
  out += payload;
  if (!head.mask) return;
  for (size_t i = 0; i < payload.size(); ++i) out[begin + i] ^= (*head.mask)[i % 4];
}

MessageWriter::MessageWriter(Role self, uint64_t seed, const std::optional<Deflate>& deflate)
    : self_(self), random_(seed) {
  // Otherwise messages go as they are, which is always allowed (RFC 7692 section 6).
  if (deflate && Deflater::can_write(window_bits(self, *deflate))) deflate_ = deflate;
}

std::string MessageWriter::deflated(std::string_view payload) {
  const bool forgets = self_ == Role::client ? deflate_->client_no_context_takeover
                                             : deflate_->server_no_context_takeover;
  if (!deflater_) deflater_.emplace(window_bits(self_, *deflate_), !forgets);
  return deflater_->compress(payload);
}

Result<> MessageWriter::append(std::string& out, const Message& message, Shape shape) {
  if (closed_) return fail(Code::invalid, "nothing can be sent after a close frame");
  if (message.kind != Opcode::text && message.kind != Opcode::binary) {
    return append_control(out, message);
  }
  if (message.kind == Opcode::text && base::first_invalid_utf8(message.payload)) {
    return fail(Code::invalid, "a text message must be UTF-8; send it as binary");
  }
  FrameHead head{.opcode = message.kind, .rsv1 = shape.compressed && deflate_};
  const std::string smaller = head.rsv1 ? deflated(message.payload) : std::string();
  std::string_view rest = head.rsv1 ? std::string_view(smaller) : message.payload;
  const size_t size = shape.fragment == 0 ? std::string_view::npos : shape.fragment;
  do {
    const std::string_view part = rest.substr(0, size);
    rest.remove_prefix(part.size());
    head.fin = rest.empty();
    append_masked(out, head, part);
    head.opcode = Opcode::continuation;
    head.rsv1 = false;
  } while (!rest.empty());
  return {};
}

Result<> MessageWriter::append_control(std::string& out, const Message& message) {
  std::string payload;
  if (message.kind == Opcode::continuation) {
    return fail(Code::invalid, "a continuation is no message");
  }
  if (message.kind == Opcode::close) {
    if (message.code ? !is_close_code(*message.code) : !message.payload.empty()) {
      return fail(Code::invalid, "a close frame cannot be sent with the code {}",
                  message.code.value_or(0));
    }
    if (base::first_invalid_utf8(message.payload)) {
      return fail(Code::invalid, "the reason of a close frame must be UTF-8");
    }
    if (message.code) append_number(payload, *message.code, sizeof *message.code);
  }
  payload += message.payload;
  if (payload.size() > kControlBytes) {
    return fail(Code::invalid, "a control frame has at most {} bytes, not {}", kControlBytes,
                payload.size());
  }
  closed_ = message.kind == Opcode::close;
  append_masked(out, FrameHead{.opcode = message.kind}, payload);
  return {};
}

void MessageWriter::append_masked(std::string& out, FrameHead head, std::string_view payload) {
  if (self_ == Role::client) {
    const uint64_t bits = random_.next();
    head.mask.emplace();
    std::memcpy(head.mask->data(), &bits, head.mask->size());
  }
  append_frame(out, head, payload);
}

}  // namespace peregrine::wire::websocket
