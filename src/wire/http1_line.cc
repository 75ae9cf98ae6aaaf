#include "wire/http1_line.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace peregrine::wire::http1 {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr size_t kExcerptBytes = 60;
constexpr size_t kCrlfBytes = 2;

using ByteSet = std::array<bool, 256>;

constexpr ByteSet kTokenBytes = [] {
  ByteSet set{};
  for (unsigned c = 'a'; c <= 'z'; ++c) set[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c) set[c] = true;
  for (unsigned c = '0'; c <= '9'; ++c) set[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    set[static_cast<unsigned char>(c)] = true;
  return set;
}();

constexpr ByteSet kTargetBytes = [] {
  ByteSet set{};
  for (size_t c = 0x21; c < set.size(); ++c) set[c] = c != 0x7f;
  return set;
}();

constexpr ByteSet kFieldBytes = [] {
  ByteSet set = kTargetBytes;
  set[' '] = set['\t'] = true;
  return set;
}();

bool all_in(const ByteSet& set, std::string_view text) {
  return std::ranges::all_of(text, [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

constexpr uint64_t each_byte(uint8_t byte) { return byte * 0x0101010101010101U; }

// Whether one of the eight bytes may be a control character; the tab is one too.
bool may_hold_control(const char* eight) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  const uint64_t below_space = (bytes - each_byte(' ')) & ~bytes;
  const uint64_t without_del = bytes ^ each_byte(0x7f);
  return ((below_space | ((without_del - each_byte(1)) & ~without_del)) & each_byte(0x80)) != 0;
}

}  // namespace

Result<std::optional<std::string_view>> LineReader::next(std::string_view& input, size_t limit,
                                                         std::string_view what) {
  if (whole_) reset();
  // One byte more than a line may have is enough to know that it is too long.
  const size_t room = limit + kCrlfBytes - kept_.size();
  const size_t seen = std::min(input.size(), room);
  const void* end = seen > 0 ? std::memchr(input.data(), '\n', seen) : nullptr;
  const size_t taken =
      end ? static_cast<size_t>(static_cast<const char*>(end) - input.data()) + 1 : seen;
  if (!end && kept_.size() + taken > limit + 1) {
    return fail(Code::limit, "the {} is longer than {} bytes", what, limit);
  }
  std::string_view line = input.substr(0, taken);
  input.remove_prefix(taken);
  if (!end || !kept_.empty()) {
    kept_ += line;
    line = kept_;
  }
  if (!end) return std::nullopt;
  whole_ = true;
  if (line.size() < kCrlfBytes || line[line.size() - kCrlfBytes] != '\r') {
    return fail(Code::protocol, "the {} {} ends in LF without CR; HTTP/1.1 lines end in CRLF", what,
                excerpt(line.substr(0, line.size() - 1)));
  }
  return line.substr(0, line.size() - kCrlfBytes);
}

bool is_token(std::string_view text) { return !text.empty() && all_in(kTokenBytes, text); }

bool is_field_text(std::string_view text) {
  constexpr size_t kStep = 8;
  while (text.size() >= kStep) {
    if (may_hold_control(text.data()) && !all_in(kFieldBytes, text.substr(0, kStep))) return false;
    text.remove_prefix(kStep);
  }
  return all_in(kFieldBytes, text);
}

bool is_target(std::string_view text) { return !text.empty() && all_in(kTargetBytes, text); }

std::string excerpt(std::string_view text) {
  std::string result = "'";
  for (const char c : text.substr(0, kExcerptBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result + (text.size() > kExcerptBytes ? "…'" : "'");
}

}  // namespace peregrine::wire::http1
