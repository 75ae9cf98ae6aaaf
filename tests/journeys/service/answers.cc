// Answers of every kind, right and wrong: statuses, bodies, slow ones, none at all.
#include <fmt/core.h>
#include <sys/resource.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "journeys/service/parrot.h"
#include "net/http_server.h"

namespace peregrine::parrot {

using namespace std::chrono_literals;
using base::Map;
using base::Value;
using std::chrono::milliseconds;

namespace {

int to_int(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

io::Task<wire::Response> status(const net::HttpRequest& request) {
  const int code = to_int(request.parameter("code"));
  if (code == 204 || code == 304) co_return wire::Response{.status = code};
  co_return json_response(code, Map{{"status", code}});
}

wire::Response body_named(const std::string& kind) {
  const wire::Headers json{{"content-type", "application/json"}};
  const wire::Headers text{{"content-type", "text/plain; charset=utf-8"}};
  if (kind == "text") return {.headers = text, .body = "plain words\nof two lines\n"};
  if (kind == "empty") return {.headers = json};
  if (kind == "broken") return {.headers = json, .body = R"({"id": 1, "name":)"};
  if (kind == "bytes") return {.headers = text, .body = "\xff\xfe\x00 raw"};
  if (kind == "unicode") return {.headers = json, .body = R"({"word":"žluťoučký 猫 🦜"})"};
  if (kind == "long") return {.headers = text, .body = std::string(100'000, 'x')};
  if (kind == "numbers") {
    return {.headers = json,
            .body = R"({"int":3,"whole":3.0,"tenth":0.1,"big":9007199254740993,"huge":1e30,)"
                    R"("long":12345678901234567890.125,"minus":-0.5})"};
  }
  if (kind == "nested") {
    return {.headers = json,
            .body = R"({"items":[{"id":1,"tags":["a","b"]},{"id":2,"tags":[]}],"next":null})"};
  }
  if (kind == "csv") return {.headers = text, .body = "id,name\r\n1,Anna\r\n2,Ben\r\n"};
  if (kind == "page") {
    return {.headers = {{"content-type", "text/html"}},
            .body = R"(<a href="/next?a=1&amp;b=2">on</a> or https://example.org/out.)"};
  }
  return net::plain_response(404, "no such body");
}

io::Task<wire::Response> body(const net::HttpRequest& request) {
  co_return body_named(request.parameter("kind"));
}

io::Task<wire::Response> repeated_headers(const net::HttpRequest&) {
  wire::Response response = json_response(200, Map{});
  for (const char* value : {"a", "b"}) response.headers.add("X-Many", value);
  co_return response;
}

io::Task<wire::Response> slow(Parrot& parrot, const net::HttpRequest& request) {
  const int ms = to_int(request.parameter("ms"));
  (void)co_await parrot.loop.sleep(milliseconds(ms));
  co_return json_response(200, Map{{"slept", ms}});
}

io::Task<wire::Response> hang(Parrot& parrot) {
  (void)co_await parrot.loop.sleep(1h);
  co_return json_response(200, Map{});
}

wire::Response sent_to(std::string_view where) {
  wire::Response response{.status = 302};
  response.headers.add("Location", where);
  return response;
}

// As many redirects as the number says, then to the echo.
io::Task<wire::Response> moved(const net::HttpRequest& request) {
  const int left = to_int(request.parameter("left"));
  co_return sent_to(left > 1 ? fmt::format("/moved/{}", left - 1) : "/echo/");
}

io::Task<wire::Response> elsewhere(const net::HttpRequest&) {
  co_return sent_to("http://example.org/");
}

io::Task<wire::Response> crash() {
  fall();
  co_return wire::Response{};
}

io::Task<wire::Response> start_counter(Parrot& parrot, const net::HttpRequest& request) {
  const milliseconds step(number_in(request, "step", 100));
  parrot.counters[request.parameter("name")] = {base::monotonic_now(), step,
                                                number_in(request, "to", 1)};
  co_return wire::Response{.status = 204};
}

io::Task<wire::Response> read_counter(Parrot& parrot, const net::HttpRequest& request) {
  const auto found = parrot.counters.find(request.parameter("name"));
  if (found == parrot.counters.end()) co_return json_response(404, Map{{"error", "no counter"}});
  const Counter& counter = found->second;
  const int64_t steps = (base::monotonic_now() - counter.begin) / counter.step;
  co_return json_response(200, Map{{"value", std::min(steps, counter.to)}});
}

}  // namespace

void fall() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  std::puts("the parrot falls off its perch");
  std::fflush(stdout);
  std::abort();
}

void add_answers(net::Router& router, Parrot& parrot) {
  router.add("GET", "/status/{code}", status);
  router.add("POST", "/status/{code}", status);
  router.add("GET", "/body/{kind}", body);
  router.add("GET", "/headers", repeated_headers);
  router.add("GET", "/moved/{left}", moved);
  router.add("POST", "/moved/{left}", moved);
  router.add("GET", "/elsewhere", elsewhere);
  router.add("GET", "/slow/{ms}",
             [&parrot](const net::HttpRequest& request) { return slow(parrot, request); });
  router.add("GET", "/hang", [&parrot](const net::HttpRequest&) { return hang(parrot); });
  router.add("POST", "/crash", [](const net::HttpRequest&) { return crash(); });
  router.add("POST", "/counters/{name}",
             [&parrot](const net::HttpRequest& request) { return start_counter(parrot, request); });
  router.add("GET", "/counters/{name}",
             [&parrot](const net::HttpRequest& request) { return read_counter(parrot, request); });
}

}  // namespace peregrine::parrot
