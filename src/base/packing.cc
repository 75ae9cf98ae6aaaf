#include "base/packing.h"

#include <bit>
#include <cstring>

namespace peregrine::base {

void Packer::number(uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
  bytes_.push_back(static_cast<char>(value));
}

void Packer::signed_number(int64_t value) {
  number((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

void Packer::real(double value) {
  const auto bits = std::bit_cast<uint64_t>(value);
  bytes_.append(reinterpret_cast<const char*>(&bits), sizeof bits);
}

void Packer::text(std::string_view value) {
  number(value.size());
  bytes_ += value;
}

uint64_t Unpacker::number() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) break;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    // Of the tenth only one bit is left.
    if (shift == 63 && byte > 1) break;
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

int64_t Unpacker::signed_number() {
  const uint64_t value = number();
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

double Unpacker::real() {
  uint64_t bits = 0;
  if (rest_.size() < sizeof bits) {
    fail();
    return 0;
  }
  std::memcpy(&bits, rest_.data(), sizeof bits);
  rest_.remove_prefix(sizeof bits);
  return std::bit_cast<double>(bits);
}

bool Unpacker::truth() {
  if (rest_.empty() || static_cast<unsigned char>(rest_.front()) > 1) {
    fail();
    return false;
  }
  const bool value = rest_.front() == '\1';
  rest_.remove_prefix(1);
  return value;
}

std::string_view Unpacker::text() {
  const size_t length = count();
  const std::string_view value = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return value;
}

size_t Unpacker::count(size_t bytes_each) {
  const uint64_t value = number();
  if (value <= rest_.size() / bytes_each) return value;
  fail();
  return 0;
}

void Unpacker::fail() {
  good_ = false;
  rest_ = {};
}

}  // namespace peregrine::base
