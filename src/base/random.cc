#include "base/random.h"

#include <bit>
#include <random>

#include "base/check.h"

namespace peregrine::base {
namespace {

uint64_t splitmix(uint64_t& x) {
  x += 0x9e3779b97f4a7c15;
  uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) word = splitmix(seed);
}

uint64_t Random::key(std::string_view purpose) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (unsigned char c : purpose) hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

uint64_t Random::next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::below(uint64_t n) {
  check(n > 0, "Random::below needs a positive bound");
  for (;;) {
    const uint64_t x = next();
    // Values below 2^64 mod n, which is less than n, would favour small results.
    if (x >= n || x >= -n % n) return x % n;
  }
}

int64_t Random::between(int64_t low, int64_t high) {
  check(low <= high, "Random::between needs low <= high");
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
  const uint64_t offset = span == 0 ? next() : below(span);
  return static_cast<int64_t>(static_cast<uint64_t>(low) + offset);
}

uint64_t fresh_seed() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

}  // namespace peregrine::base
