// Encodings of bytes as text: base64 (RFC 4648, section 4).
#include "base/digest.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"

namespace peregrine::lang::cel {

using base::Value;

namespace {

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

bool encode(Call& call) { return call.give_text(base::base64(call[0].as_bytes())); }

// With or without padding; the alphabet for URLs too.
bool decode(Call& call) {
  std::string_view text = call[0].as_text();
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    const int value = sextet(c);
    if (value < 0) return call.fail("`{}` is not base64", c);
    group = (group << 6 | static_cast<uint32_t>(value)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits);
  }
  if (bits >= 6) return call.fail("base64 of {} characters has a part of a byte", text.size());
  if (!call.frame().charge(static_cast<int64_t>(text.size()) / kTextPerStep)) return false;
  return call.give(Value(base::Bytes{std::move(bytes)}));
}

constexpr std::array kFunctions = {
    Function{"base64.decode", "base64.decode(text)", Form::function, {kText}, 1, 1, kBytes, decode},
    Function{
        "base64.encode", "base64.encode(bytes)", Form::function, {kBytes}, 1, 1, kText, encode},
};

}  // namespace

std::span<const Function> encoder_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
