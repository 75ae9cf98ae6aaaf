#include "wire/postgres.h"

#include <algorithm>

namespace peregrine::wire::postgres {

namespace {

// PostgreSQL's own bounds: MAX_STARTUP_PACKET_LENGTH and PQ_LARGE_MESSAGE_LIMIT.
constexpr size_t kLongestUntyped = 10'000;
constexpr size_t kLongestTyped = 0x3fff'ffff;
constexpr std::string_view kClientTypes = "BCDEFHPQSXcdfp";
constexpr std::string_view kServerTypes = "123ACDEGHIKNRSTVWZcdnstv";

uint32_t u32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Reads fields from the front. Past the end of a payload that was cut it gives what is left, past
// the end of a whole one it fails.
class Cursor {
 public:
  explicit Cursor(const Message& message) : rest_(message.payload), cut_(message.cut) {}
  bool good() const { return good_; }
  bool at_cut() const { return cut_ && rest_.empty(); }

  std::string_view text() {
    const size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return take(rest_.size(), true);
    const std::string_view found = take(end, false);
    rest_.remove_prefix(1);
    return found;
  }
  std::string_view bytes(size_t count) { return take(count, count > rest_.size()); }
  uint32_t number(size_t width) {
    if (rest_.size() < width) {
      take(rest_.size(), true);
      return 0;
    }
    uint32_t value = 0;
    for (const char byte : take(width, false)) {
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }

 private:
  std::string_view take(size_t count, bool short_of) {
    if (short_of && !cut_) good_ = false;
    const std::string_view found = rest_.substr(0, count);
    rest_.remove_prefix(found.size());
    return found;
  }
  std::string_view rest_;
  bool cut_;
  bool good_ = true;
};

}  // namespace

bool MessageStream::header_is_possible(size_t length) const {
  if (untyped_) return length >= 8 && length <= kLongestUntyped;
  const std::string_view types = side_ == Side::client ? kClientTypes : kServerTypes;
  return length >= 4 && length <= kLongestTyped && types.contains(header_[0]);
}

// True when the header is complete and possible.
bool MessageStream::read_header() {
  const size_t size = untyped_ ? 4 : 5;
  const size_t taken = std::min(size - header_have_, input_.size());
  std::copy_n(input_.begin(), taken, header_.begin() + static_cast<ptrdiff_t>(header_have_));
  input_.remove_prefix(taken);
  header_have_ += taken;
  if (header_have_ < size) return false;
  const size_t length = u32({header_.data() + size - 4, 4});
  if (!header_is_possible(length)) {
    broken_ = true;
    return false;
  }
  in_payload_ = true;
  total_ = left_ = length - 4;
  held_.clear();
  return true;
}

std::optional<Message> MessageStream::next() {
  if (broken_ || (input_.empty() && !in_payload_)) return std::nullopt;
  if (!in_payload_ && !read_header()) return std::nullopt;
  const std::string_view piece = input_.substr(0, left_);
  input_.remove_prefix(piece.size());
  left_ -= piece.size();
  const bool whole = piece.size() == total_;
  if (!whole) held_.append(piece.substr(0, keep_ - std::min(keep_, held_.size())));
  if (left_ > 0) return std::nullopt;
  in_payload_ = false;
  header_have_ = 0;
  Message message{untyped_ ? '\0' : header_[0], whole ? piece.substr(0, keep_) : held_,
                  total_ > keep_};
  untyped_ = false;
  return message;
}

std::optional<uint32_t> decode_code(const Message& message) {
  if (message.payload.size() < 4) return std::nullopt;
  return u32(message.payload);
}

std::optional<uint32_t> encryption_asked_by(std::string_view first) {
  if (first.size() != kEncryptionRequestBytes || u32(first) != first.size()) return std::nullopt;
  const uint32_t code = u32(first.substr(4));
  if (code != kSslRequest && code != kGssEncRequest) return std::nullopt;
  return code;
}

std::optional<Parse> decode_parse(const Message& message) {
  Cursor cursor(message);
  Parse parse;
  parse.statement = cursor.text();
  parse.sql = cursor.text();
  if (!cursor.good()) return std::nullopt;
  return parse;
}

std::optional<Bind> decode_bind(const Message& message) {
  Cursor cursor(message);
  Bind bind;
  bind.portal = cursor.text();
  bind.statement = cursor.text();
  // The formats: none is all text, one is for all, else one for each.
  const size_t formats = cursor.number(2);
  std::vector<bool> binary;
  for (size_t i = 0; i < formats && cursor.good() && !cursor.at_cut(); ++i) {
    binary.push_back(cursor.number(2) != 0);
  }
  const size_t count = cursor.number(2);
  for (size_t i = 0; i < count && cursor.good() && !cursor.at_cut(); ++i) {
    Parameter parameter;
    const uint32_t size = cursor.number(4);
    parameter.null = size == UINT32_MAX;
    parameter.size = parameter.null ? 0 : size;
    parameter.bytes = cursor.bytes(parameter.size);
    if (!binary.empty())
      parameter.binary = binary.size() == 1 ? binary[0] : i < binary.size() && binary[i];
    if (bind.parameters.size() < kParameters) bind.parameters.push_back(parameter);
  }
  if (!cursor.good()) return std::nullopt;
  return bind;
}

std::optional<Named> decode_execute(const Message& message) {
  Cursor cursor(message);
  const Named named{'P', cursor.text()};
  if (!cursor.good()) return std::nullopt;
  return named;
}

std::optional<Named> decode_named(const Message& message) {
  Cursor cursor(message);
  const std::string_view kind = cursor.bytes(1);
  const std::string_view name = cursor.text();
  if (!cursor.good() || kind.empty() || (kind[0] != 'S' && kind[0] != 'P')) return std::nullopt;
  return Named{kind[0], name};
}

std::optional<std::string_view> decode_text(const Message& message) {
  Cursor cursor(message);
  const std::string_view text = cursor.text();
  if (!cursor.good()) return std::nullopt;
  return text;
}

std::optional<ServerError> decode_error(const Message& message) {
  Cursor cursor(message);
  ServerError error;
  while (cursor.good() && !cursor.at_cut()) {
    const std::string_view code = cursor.bytes(1);
    if (code.empty() || code[0] == '\0') break;
    const std::string_view value = cursor.text();
    if (code[0] == 'V') error.severity = value;  // 'S' is the same in the server's language
    if (code[0] == 'C') error.sqlstate = value;
    if (code[0] == 'M') error.text = value;
  }
  if (!cursor.good()) return std::nullopt;
  return error;
}

std::optional<uint32_t> decode_key(const Message& message) {
  if (message.payload.size() < 8) return std::nullopt;
  return u32(message.payload);
}

std::optional<size_t> cancel_request_size(std::string_view first) {
  if (first.size() != kEncryptionRequestBytes || u32(first.substr(4)) != kCancelRequest) {
    return std::nullopt;
  }
  const size_t size = u32(first);
  if (size < kEncryptionRequestBytes || size > kLongestUntyped) return std::nullopt;
  return size;
}

std::optional<char> decode_ready(const Message& message) {
  if (message.payload.size() != 1) return std::nullopt;
  return message.payload[0];
}

namespace {

std::string encode(char type, std::string_view payload) {
  const auto length = static_cast<uint32_t>(sizeof(uint32_t) + payload.size());
  std::string message(1, type);
  for (const int shift : {24, 16, 8, 0}) message += static_cast<char>(length >> shift & 0xff);
  message += payload;
  return message;
}
std::string ended(std::string_view text) { return std::string(text) + '\0'; }

}  // namespace

std::string encode_query(std::string_view sql) { return encode('Q', ended(sql)); }

std::string encode_execute(std::string_view portal) {
  return encode('E', ended(portal) + std::string(4, '\0'));
}

std::string encode_sync() { return encode('S', ""); }

std::string encode_flush() { return encode('H', ""); }

std::string encode_error(const ServerError& error) {
  return encode('E', "S" + ended(error.severity) + "V" + ended(error.severity) + "C" +
                         ended(error.sqlstate) + "M" + ended(error.text) + '\0');
}

}  // namespace peregrine::wire::postgres
