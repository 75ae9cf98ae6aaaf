#include "boundary/redis_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace peregrine::boundary {

using wire::resp::Kind;
using wire::resp::Outline;
using wire::resp::Word;

namespace {

using Words = std::span<const Word>;

constexpr size_t kWordShown = 200;  // bytes
constexpr size_t kElementShown = 60;
constexpr size_t kElementsShown = 8;
constexpr std::string_view kHidden = "***";

// Whether a word can stand among others as it is.
bool is_plain(std::string_view word) {
  return !word.empty() && !base::first_invalid_utf8(word) && std::ranges::none_of(word, [](char c) {
    return (c >= 0 && c <= ' ') || c == '"' || c == '\\' || c == '\'' || c == 0x7f;
  });
}

// As redis-cli writes a text.
std::string quoted(std::string_view text) {
  const bool utf8 = !base::first_invalid_utf8(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if ((c >= 0 && c < ' ') || c == 0x7f || (c < 0 && !utf8)) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

// The beginning of a text that is longer, cut between characters.
std::string_view beginning(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string shown_text(std::string_view text, uint64_t size, size_t room, bool always_quoted) {
  if (size > room) return fmt::format("{}… ({} bytes)", quoted(beginning(text, room)), size);
  return is_plain(text) && !always_quoted ? std::string(text) : quoted(text);
}

bool is(Words words, size_t index, std::string_view name) {
  return index < words.size() && base::lowercase(words[index].text) == name;
}

bool is_secret_setting(std::string_view name) {
  const std::string lower = base::lowercase(name);
  return lower.find("pass") != std::string::npos || lower.find("auth") != std::string::npos;
}

// Whether the word at `index` is a password. Which commands carry one is what Redis itself leaves
// out of its slow log and of MONITOR.
bool is_password(Words words, size_t index) {
  if (index == 0) return false;
  if (is(words, 0, "auth")) return index + 1 == words.size() || index > 1;
  if (is(words, 0, "hello")) return index > 1 && is(words, index - 2, "auth");
  if (is(words, 0, "migrate")) {
    return index > 5 && (is(words, index - 1, "auth") || is(words, index - 2, "auth2"));
  }
  if (is(words, 0, "config") && is(words, 1, "set")) {
    return index > 2 && index % 2 == 1 && is_secret_setting(words[index - 1].text);
  }
  if (is(words, 0, "acl") && is(words, 1, "setuser")) {
    return index > 2 &&
           std::string_view("><#!").find(words[index].text.substr(0, 1)) !=
               std::string_view::npos &&
           !words[index].text.empty();
  }
  return false;
}

std::string shown_element(const Outline& element) {
  switch (element.kind) {
    case Kind::simple_string:
    case Kind::bulk_string:
    case Kind::verbatim:
      return shown_text(element.text, element.size, kElementShown, false);
    case Kind::array:
    case Kind::set:
    case Kind::push:
    case Kind::map:
      return element.size == 0 ? "[]" : fmt::format("[… {}]", element.size);
    default:
      return shown_answer(element);
  }
}

std::string shown_elements(const Outline& answer) {
  std::string text = "[";
  const size_t shown = std::min(answer.elements.size(), kElementsShown);
  for (size_t i = 0; i < shown; ++i) {
    const bool value = answer.kind == Kind::map && i % 2 == 1;
    if (i > 0) text += value ? ": " : ", ";
    text += shown_element(answer.elements[i]);
  }
  if (answer.size > shown) text += fmt::format(", … {} more", answer.size - shown);
  return text + "]";
}

}  // namespace

std::string shown_command(Words words, uint64_t count) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += ' ';
    const Word& word = words[i];
    text += is_password(words, i) ? kHidden : shown_text(word.text, word.size, kWordShown, false);
  }
  if (count > words.size()) text += fmt::format(" … {} more", count - words.size());
  return text;
}

bool answers_with_secrets(Words words) {
  return (is(words, 0, "config") && is(words, 1, "get")) ||
         (is(words, 0, "acl") &&
          (is(words, 1, "getuser") || is(words, 1, "list") || is(words, 1, "genpass")));
}

std::string shown_message(const Outline& message) {
  std::string text;
  for (const Outline& element : message.elements) {
    text += (text.empty() ? "" : " ") + shown_element(element);
  }
  return text;
}

std::string shown_answer(const Outline& answer) {
  switch (answer.kind) {
    case Kind::simple_string:
    case Kind::number:
    case Kind::big_number:
      return answer.text;
    case Kind::error:
    case Kind::bulk_error:
      // An old server that does not know HELLO repeats its words, passwords among them.
      return base::printable(
          std::string_view(answer.text).substr(0, answer.text.find(", with args")));
    case Kind::integer:
      return std::to_string(answer.integer);
    case Kind::boolean:
      return answer.integer != 0 ? "true" : "false";
    case Kind::null:
    case Kind::null_array:
      return "(nil)";
    case Kind::bulk_string:
    case Kind::verbatim:
      return shown_text(answer.text, answer.size, kWordShown, true);
    case Kind::array:
    case Kind::set:
    case Kind::push:
    case Kind::map:
      return shown_elements(answer);
  }
  return "";
}

}  // namespace peregrine::boundary
