// How long an answer of a service takes from JSON to a value, and back.
#include "base/json.h"

#include <benchmark/benchmark.h>

#include "base/check.h"

namespace {

using namespace peregrine;  // NOLINT(google-build-using-namespace)

constexpr std::string_view kOrder =
    R"({"id":10042,"state":"open","customer":{"id":7,"name":"Max Mustermann"},)"
    R"("items":[{"sku":"A-17","count":2},{"sku":"B-4","count":1}],"total":"49.90"})";

// So many orders in a list.
std::string orders(int64_t count) {
  std::string text = "[";
  for (int64_t i = 0; i < count; ++i) text.append(i == 0 ? "" : ",").append(kOrder);
  return text + "]";
}

void read(benchmark::State& state) {
  const std::string text = orders(state.range(0));
  for (auto _ : state) {
    auto value = base::parse_json(text);
    base::check(value.has_value(), "it is JSON");
    benchmark::DoNotOptimize(value);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

void write(benchmark::State& state) {
  const base::Value value = *base::parse_json(orders(state.range(0)));
  size_t bytes = 0;
  for (auto _ : state) {
    std::string text = base::to_json(value);
    bytes += text.size();
    benchmark::DoNotOptimize(text);
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

BENCHMARK(read)->Arg(1)->Arg(1000);
BENCHMARK(write)->Arg(1)->Arg(1000);

}  // namespace
