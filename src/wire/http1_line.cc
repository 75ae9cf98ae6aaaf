#include "wire/http1_line.h"

#include <algorithm>
#include <array>
#include <bit>
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

// The highest bit of the first of these eight bytes that is a control character, the tab included,
// and perhaps of bytes behind it; 0 if none is one.
uint64_t control_bits(const char* eight) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  const uint64_t below_space = (bytes - each_byte(' ')) & ~bytes;
  const uint64_t without_del = bytes ^ each_byte(0x7f);
  return (below_space | ((without_del - each_byte(1)) & ~without_del)) & each_byte(0x80);
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

size_t token_size(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* here = begin;
  while (here != end && kTokenBytes[static_cast<unsigned char>(*here)]) ++here;
  return static_cast<size_t>(here - begin);
}

bool is_token(std::string_view text) { return !text.empty() && token_size(text) == text.size(); }

size_t field_text_size(std::string_view text) {
  constexpr size_t kStep = sizeof(uint64_t);
  size_t at = 0;
  while (at + kStep <= text.size()) {
    const uint64_t controls = control_bits(text.data() + at);
    at += controls == 0 ? kStep : static_cast<size_t>(std::countr_zero(controls)) / 8;
    if (controls == 0) continue;
    if (text[at] != '\t') return at;
    ++at;
  }
  while (at < text.size() && kFieldBytes[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

bool is_field_text(std::string_view text) { return field_text_size(text) == text.size(); }

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
