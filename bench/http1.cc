// What the codec of HTTP/1.1 costs: a response as nginx sends it, a request as a journey makes it.
#include "wire/http1.h"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "base/check.h"

namespace peregrine::wire::http1 {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\n"
    "Server: nginx/1.22.1\r\n"
    "Date: Sat, 21 Nov 2026 03:14:53 GMT\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 35\r\n"
    "Connection: keep-alive\r\n"
    "\r\n"
    R"({"id":42,"name":"widget","ok":true})";

void parse_response(benchmark::State& state) {
  ResponseParser parser;
  for (auto _ : state) {
    const auto used = parser.feed(kAnswer);
    base::check(used && parser.done(), "the response is not read");
    benchmark::DoNotOptimize(parser.message().status);
    parser.reset("GET");
  }
}
BENCHMARK(parse_response);

void parse_and_take_response(benchmark::State& state) {
  ResponseParser parser;
  for (auto _ : state) {
    const auto used = parser.feed(kAnswer);
    base::check(used && parser.done(), "the response is not read");
    const Response response = parser.take();
    benchmark::DoNotOptimize(response.status);
  }
}
BENCHMARK(parse_and_take_response);

void write_request(benchmark::State& state) {
  const Request request{"GET", "/items/42?page=1", {{"Host", "127.0.0.1:8080"}}, ""};
  std::string out;
  for (auto _ : state) {
    out.clear();
    base::check(append(out, request).has_value(), "the request is not written");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write_request);

}  // namespace
}  // namespace peregrine::wire::http1
