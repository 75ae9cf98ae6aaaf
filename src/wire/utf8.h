// UTF-8 (RFC 3629) that comes in pieces: whether it still can become valid text.
#pragma once

#include <cstdint>
#include <string_view>

namespace peregrine::wire {

class Utf8Checker {
 public:
  // False from the first byte on that no valid text could have there: too long a form, a surrogate,
  // more than U+10FFFF, a byte that begins or continues nothing.
  bool feed(std::string_view bytes);
  // Whether the text may end here, not within a character.
  bool complete() const { return missing_ == 0; }

 private:
  bool begin_character(uint8_t byte);

  int missing_ = 0;      // bytes of the character still to come
  uint8_t low_ = 0x80;   // the next of them lies
  uint8_t high_ = 0xbf;  // between these
};

}  // namespace peregrine::wire
