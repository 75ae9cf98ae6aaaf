// The message after DATA (RFC 5321 section 4.5.2): a dot that begins a line is doubled by the
// sender, and a line that is one dot is the end.
#include <fmt/format.h>

#include <algorithm>

#include "wire/smtp.h"

namespace peregrine::wire::smtp {

void Session::take_data_bytes(std::string_view& rest) {
  if (data_state_ == DataState::text) {
    const size_t plain = std::min(rest.find_first_of("\r\n"), rest.size());
    keep(rest.substr(0, plain));
    rest.remove_prefix(plain);
    if (rest.empty()) return;
  }
  const char c = rest.front();
  rest.remove_prefix(1);
  take_data_byte(c);
}

void Session::take_data_byte(char c) {
  const bool after_cr = data_state_ == DataState::cr || data_state_ == DataState::dot_cr;
  if (after_cr != (c == '\n')) {
    return end(521,
               after_cr ? "a CR without LF in the message" : "an LF without CR in the message");
  }
  if (data_state_ == DataState::dot_cr) return end_data();
  if (after_cr) {
    data_line_bytes_ = 0;  // the line's end is not counted with it
    keep("\r\n");
    data_line_bytes_ = 0;
    data_state_ = DataState::line_start;
  } else if (c == '\r') {
    data_state_ = data_state_ == DataState::dot ? DataState::dot_cr : DataState::cr;
  } else if (c == '.' && data_state_ == DataState::line_start) {
    data_state_ = DataState::dot;
  } else {
    keep(std::string_view(&c, 1));
    data_state_ = DataState::text;
  }
}

// What is too long is read to its end, so that the next command is found, and not kept.
void Session::keep(std::string_view bytes) {
  data_bytes_ += bytes.size();
  data_line_bytes_ += bytes.size();
  data_line_too_long_ |= data_line_bytes_ > limits_.text_line;
  data_too_long_ |= data_bytes_ > limits_.message;
  if (data_line_too_long_ || data_too_long_) {
    envelope_.data.clear();
    return;
  }
  envelope_.data += bytes;
}

void Session::end_data() {
  state_ = State::command;
  if (!data_too_long_ && !data_line_too_long_) return ask({.about = Question::About::message});
  forget_transaction();
  if (data_too_long_) return mistake(552, fmt::format("over {} bytes", limits_.message));
  mistake(500, fmt::format("a line is longer than {} bytes", limits_.text_line));
}

}  // namespace peregrine::wire::smtp
