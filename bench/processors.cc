// How far apart two processors are: nanoseconds in which a cache line goes from one to the other
// and back, the least of some tries. A guest's processors may be moved between caches of their
// host's at any time, and what two programs do together costs more where they share none.
//
// usage: bench_processors ONE OTHER
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>
#include <thread>

#include "bench/processor.h"

namespace {

using peregrine::pin_to;
using Clock = std::chrono::steady_clock;

constexpr int kTries = 5;
constexpr int kRounds = 20'000;

[[noreturn]] void give_up(size_t processor) {
  fmt::print(stderr, "bench_processors: there is no processor {} for it\n", processor);
  std::_Exit(1);
}

// The number of a processor; none if it is none.
std::optional<size_t> read_number(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number < CPU_SETSIZE ? std::optional(number) : std::nullopt;
}

double round_ns(size_t one, size_t other) {
  alignas(64) std::atomic<int> turn = -1;
  const auto await = [&turn](int number) {
    while (turn.load(std::memory_order_acquire) != number) continue;
  };
  std::thread there([&] {
    if (!pin_to(one)) give_up(one);
    for (int i = 0; i <= kRounds; ++i) {
      turn.store(2 * i, std::memory_order_release);
      if (i < kRounds) await(2 * i + 1);
    }
  });
  if (!pin_to(other)) give_up(other);
  await(0);
  const Clock::time_point begin = Clock::now();
  for (int i = 0; i < kRounds; ++i) {
    turn.store(2 * i + 1, std::memory_order_release);
    await(2 * i + 2);
  }
  const Clock::time_point end = Clock::now();
  there.join();
  return std::chrono::duration<double, std::nano>(end - begin).count() / kRounds;
}

}  // namespace

int main(int argc, char** argv) {
  const auto one = argc == 3 ? read_number(argv[1]) : std::nullopt;
  const auto other = argc == 3 ? read_number(argv[2]) : std::nullopt;
  if (!one || !other || *one == *other) {
    fmt::print(stderr, "usage: bench_processors ONE OTHER\n");
    return 2;
  }
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < kTries; ++i) least = std::min(least, round_ns(*one, *other));
  fmt::print("{:.0f}\n", least);
}
