// A mail of arbitrary bytes: whatever comes, what is read of it is UTF-8 and keeps to the limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "boundary/mail_message.h"

namespace {

using peregrine::base::check;
using namespace peregrine::boundary;  // NOLINT(google-build-using-namespace)

void check_text(std::string_view text) {
  check(!peregrine::base::first_invalid_utf8(text), "a text that is not UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const MailMessage mail = read_mail({reinterpret_cast<const char*>(data), size});
  check_text(mail.subject);
  check_text(mail.from);
  check(mail.to.size() <= kMostMailAddresses && mail.cc.size() <= kMostMailAddresses);
  for (const auto& address : mail.to) check_text(address);
  check(mail.headers.size() <= kMostMailHeaders, "more headers than the limit");
  for (const auto& [name, text] : mail.headers) {
    check_text(name);
    check_text(text);
  }
  for (const auto& part : {mail.text, mail.html}) {
    if (!part) continue;
    check_text(*part);
    check(!part->ends_with('\n'), "a line end at the end");
  }
  check(mail.attachments.size() <= kMostMailParts, "more parts than the limit");
  for (const MailAttachment& attachment : mail.attachments) {
    check_text(attachment.name);
    check_text(attachment.type);
  }
  return 0;
}
