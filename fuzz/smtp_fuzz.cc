// The server's side of SMTP: a stream that is cut into pieces gives what the whole stream gives,
// every reply is a line with a code, what arrives keeps to the limits, and its line ends are CRLF.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/smtp.h"

namespace {

using peregrine::base::check;
using namespace peregrine::wire::smtp;  // NOLINT(google-build-using-namespace)

constexpr Limits kLimits{
    .command_line = 80, .text_line = 40, .message = 100, .recipients = 3, .mistakes = 20};

struct Seen {
  std::string output{};
  std::vector<Envelope> messages{};
  bool closed = false;
  bool operator==(const Seen&) const = default;
};

void check_message(const Envelope& envelope) {
  check(envelope.data.size() <= kLimits.message, "a message beyond its limit");
  check(!envelope.recipients.empty() && envelope.recipients.size() <= kLimits.recipients);
  const std::string& data = envelope.data;
  check(data.empty() || data.ends_with("\r\n"), "a message without a last line end");
  for (size_t i = 0; i < data.size(); ++i) {
    check((data[i] == '\r') == (i + 1 < data.size() && data[i + 1] == '\n'), "a bare CR or LF");
  }
}

void answer(Session& session, Seen& seen) {
  const Question& question = *session.question();
  if (question.about == Question::About::starttls) return;  // what follows is told to be wrong
  const bool no = question.address.starts_with('n') || question.user.starts_with('n');
  if (no) return session.refuse({550, "no"});
  if (question.about == Question::About::message) {
    seen.messages.push_back(session.take_envelope());
    check_message(seen.messages.back());
  }
  session.accept();
}

Seen talk(const Options& options, std::string_view stream, size_t size) {
  Session session(options, kLimits);
  Seen seen;
  while (!stream.empty()) {
    std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      rest.remove_prefix(session.feed(rest));
      if (session.question()) answer(session, seen);
    }
  }
  seen.output = session.take_output();
  seen.closed = session.closed();
  return seen;
}

void check_replies(std::string_view output) {
  while (!output.empty()) {
    const size_t end = output.find("\r\n");
    check(end != std::string_view::npos && end >= 4, "a reply without its end");
    check(output[0] >= '2' && output[0] <= '5' && (output[3] == ' ' || output[3] == '-'));
    const std::string_view line = output.substr(0, end);
    check(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }), "not ASCII");
    output.remove_prefix(end + 2);
  }
}

}  // namespace

// The first byte chooses the options, the second the cuts, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Options options{.starttls = (data[0] & 1) != 0,
                        .auth = (data[0] & 2) != 0,
                        .auth_required = (data[0] & 4) != 0};
  const Seen whole = talk(options, stream, stream.size());
  check(talk(options, stream, data[1] % 16 + 1) == whole, "sessions differ with the cuts");
  check_replies(whole.output);
  return 0;
}
