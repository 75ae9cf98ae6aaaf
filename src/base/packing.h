// Bytes between two processes of one program: numbers and texts one behind the other, without names
// and without a version. Both ends are the same build.
//
//   number   seven bits a byte, the lowest first, the eighth says that more follow (LEB128)
//   signed   a number whose lowest bit is the sign (zigzag)
//   real     the eight bytes of a double
//   text     its length, a number, and its bytes
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace peregrine::base {

class Packer {
 public:
  void number(uint64_t value);
  void signed_number(int64_t value);
  void real(double value);
  void truth(bool value) { bytes_.push_back(value ? '\1' : '\0'); }
  void text(std::string_view value);

  size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// What is past the end, or wrong, gives zeros, and complete() is false from then on: so that a
// whole message is read and judged once.
class Unpacker {
 public:
  // The bytes outlive it.
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  uint64_t number();
  int64_t signed_number();
  double real();
  bool truth();
  std::string_view text();
  // How many of something follow, each of which takes so many bytes at least: a count asks for no
  // more memory than was sent.
  size_t count(size_t bytes_each = 1);

  // What was read is wrong by what it says.
  void fail();
  bool good() const { return good_; }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace peregrine::base
