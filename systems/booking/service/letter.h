// A mail as SMTP carries it (RFC 5322): headers, and a text in UTF-8 that is base64 underway, so
// that no server has to know more than ASCII.
#pragma once

#include <string>

#include "base/time.h"

namespace peregrine::booking {

struct Letter {
  std::string message_id;  // with its angle brackets
  std::string from;        // addresses
  std::string to;
  std::string subject;
  std::string text;  // lines end with LF
  base::WallTime date;
};

// Every line with CRLF. REQUIRES: addresses and message_id are as is_mailbox() and we ourselves
// make them. Control characters of the subject become blanks.
std::string to_message(const Letter& letter);

}  // namespace peregrine::booking
