// What an SMTP server answers (RFC 5321, section 4.2): "250-one", "250 two" is one reply.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peregrine::booking {

struct SmtpReply {
  int code = 0;
  std::string text;  // of the last line
};

class SmtpReplies {
 public:
  static constexpr size_t kLongestReply = 16 * 1024;  // section 4.5.3.1.5 has 512 bytes a line

  void feed(std::string_view bytes) { bytes_ += bytes; }
  // The next whole reply, or nothing yet. Fails with Code::protocol, and Code::limit for one that
  // is too long.
  base::Result<std::optional<SmtpReply>> take();

 private:
  std::string bytes_;
};

}  // namespace peregrine::booking
