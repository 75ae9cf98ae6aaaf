// The test data of llhttp, Node's parser of HTTP/1: Markdown files, each case an input and the log
// of what the parser says of it.
//
//   ## Heading
//   <!-- meta={"type": "request"} -->
//   ```http
//   GET / HTTP/1.1                      a line ends in CRLF; \r \n \t \f \xNN are bytes, a
//   Header: Value                       backslash at the end joins two lines
//   ```
//   ```log
//   off=0 len=3 span[method]="GET"      what it found, and where
//   off=18 message complete             or: off=3 error code=8 reason="Expected …"
//   ```
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::conformance {

// What came of a stream: each complete message as text, and how the stream ended.
struct Heard {
  enum class End { between_messages, within_message, error };
  std::vector<std::string> messages{};
  End end = End::between_messages;
  bool operator==(const Heard&) const = default;
};
std::string to_string(const Heard& heard);

struct Case {
  std::string name{};  // "request/sample.md: Simple request"
  std::string type{};  // "request", "response", "request-lenient-headers", …
  bool skip_body = false;
  std::string input{};
  Heard expected{};
  // Another protocol follows after the messages: what comes then is not for this parser.
  bool switches = false;

  bool lenient() const { return type.find("lenient") != std::string::npos; }
  bool request() const { return type.starts_with("request"); }
};

// The cases of one file. llhttp does not ask for Host, which HTTP/1.1 requires: where a request
// lacks it, "Host: llhttp" is put into the input, and is no part of what is expected.
std::vector<Case> read_cases(const std::filesystem::path& folder, const std::string& file);
inline constexpr std::string_view kAddedHost = "Host: llhttp";

}  // namespace peregrine::conformance
