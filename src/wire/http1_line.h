// Lines of HTTP/1.1 that may come in pieces, and what may stand in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peregrine::wire::http1 {

// Cuts a stream into lines that end in CRLF. A bare LF is refused: recipients differ in whether it
// ends a line, and a request can be smuggled through that difference (RFC 9112 section 2.2).
class LineReader {
 public:
  // Takes bytes from the front of `input` up to the end of a line. The line without its CRLF, valid
  // until the next call and while the input is; nothing if its end has not come yet. Fails with
  // Code::limit for a line of more than `limit` bytes; `what` names it in the error.
  base::Result<std::optional<std::string_view>> next(std::string_view& input, size_t limit,
                                                     std::string_view what);
  // Whether what comes next begins a line.
  bool at_begin() const { return whole_ || kept_.empty(); }
  void reset() { kept_.clear(), whole_ = false; }

 private:
  std::string kept_;    // the beginning of a line that came in pieces
  bool whole_ = false;  // kept_ is a line that was handed out
};

// How many bytes at the front are tchar (RFC 9110 section 5.6.2).
size_t token_size(std::string_view text);
// One or more of them and nothing else.
bool is_token(std::string_view text);
// How many bytes at the front are visible, space, tab or obs-text: what a field value or
// reason phrase may hold.
size_t field_text_size(std::string_view text);
bool is_field_text(std::string_view text);
// One or more visible characters or bytes above 127. The latter are not allowed in a URI, but
// clients send them and nothing is unclear about them.
bool is_target(std::string_view text);

// The beginning of a text in quotes, control characters made visible: for error sentences.
std::string excerpt(std::string_view text);

}  // namespace peregrine::wire::http1
