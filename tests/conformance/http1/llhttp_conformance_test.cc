// Holds our parsers of HTTP/1.1 to llhttp's test data. Where we differ on purpose known.txt says so
// with a reason: a case that differs and is not there fails, and so does one that is there and does
// not differ. Cases of llhttp's lenient modes are left out: we have none.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "base/text.h"
#include "llhttp_cases.h"
#include "wire/http1.h"

namespace peregrine::conformance {
namespace {

using base::Result;

std::filesystem::path data_folder() {
  const char* folder = std::getenv("PEREGRINE_CONFORMANCE");
  return std::filesystem::path(folder ? folder : PEREGRINE_CONFORMANCE_DEFAULT) / "llhttp" / "test";
}

std::string shown(const wire::Headers& headers, const std::string& body) {
  std::string out;
  bool added = false;
  for (const wire::Header header : headers) {
    const bool ours = fmt::format("{}: {}", header.name, header.value) == kAddedHost;
    if (ours && !std::exchange(added, true)) continue;
    out += fmt::format("|{}={}", header.name, header.value);
  }
  return out + "|" + body;
}

std::string shown(const wire::Request& request) {
  return request.method + " " + request.target + shown(request.headers, request.body);
}

std::string shown(const wire::Response& response) {
  return fmt::format("{} {}", response.status, base::trimmed(response.reason)) +
         shown(response.headers, response.body);
}

// Bytes after a message that ends its connection are a mistake of the peer, to us and to llhttp.
template <class Parser>
Heard hear(Parser& parser, const Case& one, size_t piece, std::string& error) {
  Heard heard;
  std::string_view rest = one.input;
  bool begun = false;  // with more than the line ends that may precede a request
  while (!rest.empty()) {
    Result<size_t> used = parser.feed(rest.substr(0, piece));
    if (!used) {
      error = used.error().text;
      heard.end = Heard::End::error;
      return heard;
    }
    begun |= rest.substr(0, *used).find_first_not_of("\r\n") != std::string_view::npos;
    rest.remove_prefix(*used);
    if (!parser.done()) continue;
    const bool keeps = parser.keep_alive();
    heard.messages.push_back(shown(parser.take()));
    begun = false;
    if (one.switches && heard.messages.size() == one.expected.messages.size()) return heard;
    if (keeps || rest.find_first_not_of("\r\n") == std::string_view::npos) continue;
    error = "bytes after the last message of a connection";
    heard.end = Heard::End::error;
    return heard;
  }
  if (!begun) return heard;
  if constexpr (std::is_same_v<Parser, wire::http1::ResponseParser>) {
    if (parser.finish()) {
      heard.messages.push_back(shown(parser.take()));
      return heard;
    }
  }
  heard.end = Heard::End::within_message;
  return heard;
}

Heard hear_once(const Case& one, size_t piece, std::string& error) {
  if (one.request()) {
    wire::http1::RequestParser parser;
    return hear(parser, one, piece, error);
  }
  wire::http1::ResponseParser parser(one.skip_body ? "HEAD" : "GET");
  return hear(parser, one, piece, error);
}

// llhttp refuses a byte, we refuse a line, or a head: where it found a mistake in one that has not
// ended, the end shows whether we find it too.
Heard hear(const Case& one, size_t piece, std::string& error) {
  const Heard heard = hear_once(one, piece, error);
  if (heard.end != Heard::End::within_message || one.expected.end != Heard::End::error) {
    return heard;
  }
  Case ended = one;
  ended.input += "\r\n\r\n";
  std::string later;
  const Heard again = hear_once(ended, piece, later);
  if (again.end != Heard::End::error) return heard;
  error = later;
  return again;
}

// "case | reason" by case; "#" begins a comment.
std::map<std::string, std::string> read_known() {
  std::map<std::string, std::string> known;
  std::ifstream file(PEREGRINE_CONFORMANCE_KNOWN);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t bar = line.rfind(" | ");
    EXPECT_NE(bar, std::string::npos) << "known.txt: a line without a reason: " << line;
    if (bar == std::string::npos) continue;
    EXPECT_TRUE(known.emplace(line.substr(0, bar), line.substr(bar + 3)).second)
        << "known.txt: twice: " << line;
  }
  return known;
}

std::vector<std::string> files(const std::filesystem::path& folder) {
  std::vector<std::string> list;
  for (const char* kind : {"request", "response"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / kind)) {
      list.push_back(std::string(kind) + "/" + entry.path().filename().string());
    }
  }
  std::ranges::sort(list);
  return list;
}

// Whether we hear what llhttp hears, however the bytes are cut.
bool agrees(const Case& one, const std::string& reason) {
  std::string error;
  const Heard whole = hear(one, std::string::npos, error);
  std::string error_in_pieces;
  EXPECT_EQ(hear(one, 1, error_in_pieces), whole) << one.name;
  EXPECT_EQ(error_in_pieces, error) << one.name;
  const bool same = whole == one.expected;
  if (!same && reason.empty()) {
    ADD_FAILURE() << one.name << "\nllhttp hears:\n"
                  << to_string(one.expected) << "we hear:\n"
                  << to_string(whole) << error;
  }
  EXPECT_FALSE(same && !reason.empty()) << one.name << " is in known.txt, but does not differ";
  return same;
}

TEST(LlhttpConformance, WeHearWhatLlhttpHears) {
  const std::filesystem::path folder = data_folder();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there is no " << folder;
  std::map<std::string, std::string> known = read_known();
  size_t all_same = 0;
  size_t all = 0;
  for (const std::string& file : files(folder)) {
    size_t same = 0;
    size_t count = 0;
    size_t lenient = 0;
    for (const Case& one : read_cases(folder, file)) {
      if (one.lenient()) {
        ++lenient;
        continue;
      }
      ++count;
      const auto reason = known.extract(one.name);
      same += agrees(one, reason.empty() ? "" : reason.mapped());
    }
    fmt::print("{}: {} of {}{}\n", file, same, count,
               lenient > 0 ? fmt::format(" ({} of lenient modes left out)", lenient) : "");
    all_same += same;
    all += count;
  }
  fmt::print("llhttp: {} of {}\n", all_same, all);
  EXPECT_GT(all, 200U);
  for (const auto& [name, reason] : known) ADD_FAILURE() << "known.txt: no such case: " << name;
}

}  // namespace
}  // namespace peregrine::conformance
