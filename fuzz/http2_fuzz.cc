// Both ends of HTTP/2: whatever comes, nothing exceeds its limit, each call ends once, a connection
// that failed stays so, and a request that was read can be written and read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/http2.h"

namespace {

using peregrine::base::check;
using peregrine::base::Result;
using namespace peregrine::wire;  // NOLINT(google-build-using-namespace)

constexpr http2::Limits kLimits{.header_bytes = 1024,
                                .header_count = 16,
                                .body = 256,
                                .bodies = 400,
                                .streams = 4,
                                .interim_responses = 2,
                                .control_frames = 20};
constexpr size_t kMostOutput = 1 << 20;

struct FuzzCall final : http2::Call {
  void ended() override { ++ends; }
  int ends = 0;
};

void take_output(http2::Session& session) {
  std::string out;
  session.take_output(out);
  check(out.size() <= kMostOutput, "more output than is bounded");
}

// Gives the session the stream in pieces whose sizes come from `cuts`, and does `after` each.
template <class After>
void feed(http2::Session& session, std::string_view stream, std::string_view cuts, After after) {
  for (size_t turn = 0; !stream.empty(); ++turn) {
    const size_t size = static_cast<unsigned char>(cuts[turn % cuts.size()]) + 1;
    const std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    const Result<> taken = session.feed(piece);
    after();
    take_output(session);
    if (taken) continue;
    const Result<> again = session.feed("x");
    check(!again && again.error().to_string() == taken.error().to_string(),
          "a connection that failed goes on");
    return;
  }
}

void check_round_trip(Request request) {
  http2::ClientSession client;
  http2::ServerSession server;
  FuzzCall call;
  Response response;
  if (request.method == "CONNECT") return;
  check(client.send(call, request, "http", "a", response).has_value(),
        "a request that was read cannot be written");
  std::string bytes;
  client.take_output(bytes);
  check(server.feed(bytes).has_value(), "a request that was written is a mistake");
  http2::Incoming* again = server.next_request();
  check(again != nullptr, "a request that was written cannot be read");
  for (const std::string_view name : {"host", "content-length"}) {
    request.headers.remove(name);
    again->request.headers.remove(name);
  }
  check(again->request == request, "a request changed on its way");
}

void fuzz_server(std::string_view stream, std::string_view cuts, uint8_t how) {
  http2::ServerSession server(kLimits);
  std::vector<http2::Incoming*> held;
  size_t came = 0;
  check(server.feed(http2::kPreface).has_value());
  feed(server, stream, cuts, [&] {
    check(server.open() <= kLimits.streams, "too many streams");
    while (http2::Incoming* one = server.next_request()) {
      check(one->request.body.size() <= kLimits.body, "a body beyond its limit");
      check(one->request.headers.size() <= kLimits.header_count, "too many headers");
      if (!one->refused) check_round_trip(one->request);
      held.push_back(one);
    }
    // Some are answered at once, some later, some not at all.
    while (!held.empty() && (++came + how) % 3 != 0) {
      http2::Incoming& one = *held.back();
      held.pop_back();
      if ((came + how) % 7 == 0) {
        server.reset(one, http2::ServerSession::Reason::failed);
      } else {
        check(server.answer(one, {200, "", {}, std::string(one.request.body)}).has_value());
      }
    }
    if ((how & 64) != 0 && came == 5) server.give_up_oldest();
    if ((how & 128) != 0 && came == 9) server.shut_down();
  });
}

void fuzz_client(std::string_view stream, std::string_view cuts, uint8_t how) {
  http2::ClientSession client(kLimits);
  const Request requests[] = {{"GET", "/"}, {"HEAD", "/a"}, {"POST", "/b", {}, "a body"}};
  Response responses[3];
  FuzzCall calls[3];
  for (int i = 0; i < 3; ++i) {
    check(client.send(calls[i], requests[i], "http", "a", responses[i]).has_value());
  }
  if ((how & 1) != 0) take_output(client);
  feed(client, stream, cuts, [&] {
    for (const Response& response : responses) {
      check(response.body.size() <= kLimits.body, "a body beyond its limit");
      check(response.headers.size() <= kLimits.header_count, "too many headers");
    }
  });
  client.end({peregrine::base::Code::closed, "the end"});
  check(client.open() == 0, "a call is left");
  for (const FuzzCall& call : calls) {
    check(call.ends == 1 && call.outcome() != http2::Call::Outcome::none, "a call has no one end");
  }
}

}  // namespace

// The first bytes choose the role and the cuts, the rest is the stream; a client's is without its
// preface.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kCuts = 4;
  if (size < kCuts + 2) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view cuts = input.substr(2, kCuts);
  const std::string_view stream = input.substr(2 + kCuts);
  const bool server = (data[0] & 1) != 0;
  server ? fuzz_server(stream, cuts, data[1]) : fuzz_client(stream, cuts, data[1]);
  return 0;
}
