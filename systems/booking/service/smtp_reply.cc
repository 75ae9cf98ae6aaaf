#include "booking/service/smtp_reply.h"

#include <charconv>

namespace peregrine::booking {

base::Result<std::optional<SmtpReply>> SmtpReplies::take() {
  size_t begin = 0;
  for (;;) {
    const size_t end = bytes_.find('\n', begin);
    if (end == std::string::npos) {
      if (bytes_.size() > kLongestReply)
        return base::fail(base::Code::limit, "a reply of more than {} bytes", kLongestReply);
      return std::nullopt;
    }
    std::string_view line(bytes_.data() + begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    SmtpReply reply;
    const std::string_view digits = line.substr(0, 3);
    const auto [read, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), reply.code);
    const bool whole = error == std::errc() && read == digits.data() + 3;
    if (!whole || reply.code < 200 || reply.code > 599 ||
        (line.size() > 3 && line[3] != ' ' && line[3] != '-'))
      return base::fail(base::Code::protocol, "the mail server does not speak SMTP");
    begin = end + 1;
    if (line.size() > 3 && line[3] == '-') continue;
    if (line.size() > 4) reply.text = line.substr(4);
    bytes_.erase(0, begin);
    return reply;
  }
}

}  // namespace peregrine::booking
