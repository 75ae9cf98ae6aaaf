// Seeded random numbers: xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64. The same
// seed gives the same numbers on every machine; nothing in Peregrine draws from elsewhere, except
// passwords of private databases and the keys of certificates.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace peregrine::base {

class Random {
 public:
  explicit Random(uint64_t seed);

  // A generator of its own for one purpose, independent of how often others were asked.
  static Random stream(uint64_t seed, std::string_view purpose) {
    return stream(seed, key(purpose));
  }
  // The same in two steps, for who asks for one purpose again and again.
  static uint64_t key(std::string_view purpose);
  static Random stream(uint64_t seed, uint64_t key) { return Random(seed ^ key); }

  uint64_t next();
  // Evenly in [0, n). REQUIRES: n > 0.
  uint64_t below(uint64_t n);
  // Evenly in [low, high]. REQUIRES: low <= high.
  int64_t between(int64_t low, int64_t high);

 private:
  std::array<uint64_t, 4> state_;
};

// A seed from the operating system, for a run that names none.
uint64_t fresh_seed();

}  // namespace peregrine::base
