#include "booking/service/letter.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/digest.h"

namespace peregrine::booking {
namespace {

constexpr size_t kLine = 76;  // RFC 2045, section 6.8

bool is_plain(std::string_view text) {
  for (char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

// RFC 2047: an encoded word has at most 75 characters, of which base64 may take 60, and holds whole
// characters.
std::string encoded_words(std::string_view text) {
  constexpr size_t kBytes = 45;
  std::string out;
  while (!text.empty()) {
    size_t end = std::min(kBytes, text.size());
    while (end < text.size() && end > 1 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      --end;
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + base::base64(text.substr(0, end)) + "?=";
    text.remove_prefix(end);
  }
  return out;
}

std::string header_text(std::string text) {
  for (char& c : text) {
    if ((c >= 0 && c < ' ') || c == '\x7f') c = ' ';
  }
  return is_plain(text) ? text : encoded_words(text);
}

std::string date_text(base::WallTime date) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(date));
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(seconds));
}

}  // namespace

std::string to_message(const Letter& letter) {
  std::string out = fmt::format(
      "Date: {}\r\nMessage-ID: {}\r\nFrom: <{}>\r\nTo: <{}>\r\nSubject: {}\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n",
      date_text(letter.date), letter.message_id, letter.from, letter.to,
      header_text(letter.subject));
  std::string text;
  for (char c : letter.text) text += c == '\n' ? "\r\n" : std::string(1, c);
  const std::string encoded = base::base64(text);
  for (size_t at = 0; at < encoded.size(); at += kLine) out += encoded.substr(at, kLine) + "\r\n";
  return out;
}

}  // namespace peregrine::booking
