// What it costs a program that its clock is moved: clock_gettime(), gettimeofday() and time() as it
// calls them, and those of the C library, which it would call otherwise, in the same run.
#include "system/clock.h"

#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

namespace {

template <class Function>
Function* of_the_c_library(const char* name) {
  void* library = dlopen("libc.so.6", RTLD_LAZY);
  return reinterpret_cast<Function*>(dlsym(library, name));
}

void measure(benchmark::State& state, int (*gettime)(clockid_t, timespec*)) {
  timespec time{};
  for (auto _ : state) benchmark::DoNotOptimize(gettime(CLOCK_REALTIME, &time));
}

void clock_gettime_moved(benchmark::State& state) {
  measure(state, [](clockid_t clock, timespec* time) { return clock_gettime(clock, time); });
}
void clock_gettime_plain(benchmark::State& state) {
  measure(state, of_the_c_library<int(clockid_t, timespec*)>("clock_gettime"));
}
void gettimeofday_moved(benchmark::State& state) {
  timeval time{};
  for (auto _ : state) benchmark::DoNotOptimize(gettimeofday(&time, nullptr));
}
void gettimeofday_plain(benchmark::State& state) {
  auto* plain = of_the_c_library<int(timeval*, void*)>("gettimeofday");
  timeval time{};
  for (auto _ : state) benchmark::DoNotOptimize(plain(&time, nullptr));
}

BENCHMARK(clock_gettime_plain);
BENCHMARK(clock_gettime_moved);
BENCHMARK(gettimeofday_plain);
BENCHMARK(gettimeofday_moved);

// Plays the rest in a process of its own, whose clock is a day ahead.
int run_moved(char** words) {
  auto directory = peregrine::system::PrivateDirectory::create();
  peregrine::system::Clock clock;
  const auto steered = clock.steer(*directory);
  if (!steered) {
    std::fprintf(stderr, "%s\n", steered.error().to_string().c_str());
    return 1;
  }
  clock.jump(std::chrono::hours(24));
  std::vector<std::string> environment;
  clock.give_to(environment);
  for (std::string& entry : environment) putenv(entry.data());
  const std::string command = [&] {
    std::string line = "exec /proc/" + std::to_string(getpid()) + "/exe";
    for (char** word = words + 1; *word; ++word) line += std::string(" '") + *word + "'";
    return line;
  }();
  return std::system(command.c_str()) == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (!std::getenv(peregrine::base::ClockPage::kVariable)) return run_moved(words);
  benchmark::Initialize(&count, words);
  benchmark::RunSpecifiedBenchmarks();
}
