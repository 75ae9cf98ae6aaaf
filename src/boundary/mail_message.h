// A mail as its reader sees it: MIME (RFC 2045 to 2047, 2183, 2231, 5322), read by GMime.
//
// Nothing fails here: what is no MIME is text, what cannot be decoded is what it was.
//
// The message may be hostile. GMime's time is in proportion to its size, but it makes an object of
// each part (13 µs for as little as 7 bytes) and nests its calls with groups of addresses: a
// message that has too much of either is not given to it, all of it is then text. 16 MiB take 0.2 s
// as an attachment and at most some 5 s as header fields, so that reading is for a pool of threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peregrine::boundary {

inline constexpr size_t kMostMailBoundaries = 10'000;  // lines that begin with "--"
inline constexpr size_t kMostMailColons = 1'000;       // in a field of addresses
inline constexpr size_t kMostMailParts = 1'000;        // further ones are not looked at
inline constexpr size_t kMostMailDepth = 30;           // of parts in parts
inline constexpr size_t kMostMailHeaders = 1'000;
inline constexpr size_t kMostMailAddresses = 1'000;  // of each header

// A part that is neither the mail's text nor its HTML: a file, a picture of the HTML, another mail.
struct MailAttachment {
  std::string name{};  // of the file, may be empty
  std::string type{};  // "application/pdf", in lower case
  std::string bytes{};
};

struct MailMessage {
  // Encoded words are decoded, everything is UTF-8.
  std::string subject{};
  std::string from{};  // the address alone, "anna@example.org"
  std::vector<std::string> to{};
  std::vector<std::string> cc{};
  // Names in lower case, in their order.
  std::vector<std::pair<std::string, std::string>> headers{};
  // The first text/plain and text/html that is no file. Lines end with LF, the last one does not.
  std::optional<std::string> text{};
  std::optional<std::string> html{};
  std::vector<MailAttachment> attachments{};
};

MailMessage read_mail(std::string_view message);

}  // namespace peregrine::boundary
