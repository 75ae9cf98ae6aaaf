// How late the machine lets anybody be: due so many times a second, a program that does nothing
// but look at the clock tells how late it was each time. Prints p50, p99, p99.9 and the most, in
// microseconds.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  const long rate = argc == 3 ? std::atol(argv[1]) : 0;
  const long seconds = argc == 3 ? std::atol(argv[2]) : 0;
  if (rate < 1 || rate > 1'000'000 || seconds < 1 || seconds > 3600) {
    fmt::print(stderr, "usage: bench_spinner TIMES_A_SECOND SECONDS\n");
    return 2;
  }
  std::vector<double> late(static_cast<size_t>(rate * seconds));
  const Clock::time_point begin = Clock::now();
  for (size_t i = 0; i < late.size(); ++i) {
    const auto due =
        begin + std::chrono::nanoseconds(1'000'000'000 * i / static_cast<size_t>(rate));
    Clock::time_point now = Clock::now();
    while (now < due) now = Clock::now();
    late[i] = std::chrono::duration<double, std::micro>(now - due).count();
  }
  std::ranges::sort(late);
  const auto at = [&](double share) {
    return late[std::min(late.size() - 1,
                         static_cast<size_t>(static_cast<double>(late.size()) * share))];
  };
  fmt::print("{:.2f} {:.2f} {:.2f} {:.2f}\n", at(0.5), at(0.99), at(0.999), late.back());
}
