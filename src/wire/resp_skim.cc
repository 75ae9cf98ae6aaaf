#include "wire/resp_skim.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "wire/feed.h"
#include "wire/http1_line.h"

namespace peregrine::wire::resp {

using base::Code;
using base::fail;
using base::Result;
using http1::excerpt;

namespace {

constexpr uint64_t kCrlfBytes = 2;
constexpr size_t kFormatBytes = 4;                 // "txt:" of a verbatim string
constexpr uint64_t kMostSize = uint64_t{1} << 60;  // so that counters cannot overflow

// A length or a count. Leading zeros are fine, signs are not.
Result<uint64_t> read_length(std::string_view digits) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      number > kMostSize) {
    return fail(Code::protocol, "{} stands where a length must be", excerpt(digits));
  }
  return number;
}

}  // namespace

// ---- Passing

Result<std::optional<Passing::Line>> Passing::line(std::string_view& input) {
  const size_t end = input.find('\n');
  const size_t size = end == std::string_view::npos ? input.size() : end + 1;
  if (begun_.size() + size > kSkimmedLine + kCrlfBytes) {
    return fail(Code::limit, "a line is longer than {} bytes", kSkimmedLine);
  }
  std::string_view text = input.substr(0, size);
  input.remove_prefix(size);
  if (end == std::string_view::npos || !begun_.empty()) begun_ += text;
  if (end == std::string_view::npos) return std::nullopt;
  if (!begun_.empty()) {
    given_ = std::exchange(begun_, {});
    text = given_;
  }
  text.remove_suffix(1);
  const bool crlf = text.ends_with('\r');
  if (crlf) text.remove_suffix(1);
  return Line{text, crlf};
}

void Passing::begin_string(uint64_t size) { left_ = size + kCrlfBytes; }

Result<bool> Passing::string(std::string_view& input, std::string& kept, size_t room) {
  if (left_ > kCrlfBytes) {
    const auto size = static_cast<size_t>(std::min<uint64_t>(input.size(), left_ - kCrlfBytes));
    if (kept.size() < room) kept += input.substr(0, std::min(size, room - kept.size()));
    input.remove_prefix(size);
    left_ -= size;
  }
  while (!input.empty() && left_ > 0 && left_ <= kCrlfBytes) {
    if (input.front() != (left_ == kCrlfBytes ? '\r' : '\n')) {
      return fail(Code::protocol, "a string is longer than its length says");
    }
    input.remove_prefix(1);
    --left_;
  }
  return left_ == 0;
}

// ---- CommandSkimmer

Result<size_t> CommandSkimmer::feed(std::string_view bytes) {
  if (std::exchange(done_, false)) kept_ = count_ = 0;
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

Result<> CommandSkimmer::step(std::string_view& rest) {
  if (!passing_.in_string()) {
    TRY(const auto line, passing_.line(rest));
    return line ? take_line(*line) : Result<>{};
  }
  std::string unseen;
  const bool kept = count_ <= kSkimmedWords;
  TRY(const bool passed,
      passing_.string(rest, kept ? words_[kept_ - 1].text : unseen, kept ? kSkimmedText : 0));
  if (passed) done_ = --left_ == 0;
  return {};
}

Result<> CommandSkimmer::take_line(const Passing::Line& line) {
  const bool inside = left_ > 0;
  if (!inside && !line.text.starts_with('*')) return take_inline(line.text);
  if (!line.crlf) {
    return fail(Code::protocol, "the line {} does not end in CRLF", excerpt(line.text));
  }
  if (!inside && line.text == "*-1") return {};
  if (inside && !line.text.starts_with('$')) {
    return fail(Code::protocol, "{} stands where '$' and a length must be", excerpt(line.text));
  }
  TRY(const uint64_t number, read_length(line.text.substr(1)));
  if (inside) {
    begin_word(number);
    passing_.begin_string(number);
  } else {
    left_ = number;
  }
  return {};
}

Result<> CommandSkimmer::take_inline(std::string_view line) {
  TRY(Command words, split_inline(line));
  for (std::string& word : words) {
    begin_word(word.size());
    if (count_ <= kSkimmedWords) words_[kept_ - 1].text = word.substr(0, kSkimmedText);
  }
  done_ = !words.empty();
  return {};
}

void CommandSkimmer::begin_word(uint64_t size) {
  if (++count_ > kSkimmedWords) return;
  if (words_.size() == kept_) words_.emplace_back();
  words_[kept_].text.clear();
  words_[kept_].size = size;
  ++kept_;
}

// ---- ReplySkimmer

Result<size_t> ReplySkimmer::feed(std::string_view bytes) {
  if (std::exchange(done_, false)) top_ = {};
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

bool ReplySkimmer::keeps() const {
  if (open_.empty()) return true;
  return open_.size() == 1 && !open_.front().attributes && top_.elements.size() < kSkimmedElements;
}

Result<> ReplySkimmer::step(std::string_view& rest) {
  if (!passing_.in_string()) {
    TRY(const auto line, passing_.line(rest));
    if (!line) return {};
    if (!line->crlf) {
      return fail(Code::protocol, "the line {} does not end in CRLF", excerpt(line->text));
    }
    return take_line(line->text);
  }
  TRY(const bool passed, passing_.string(rest, now_.text, keeps() ? kSkimmedText : 0));
  if (!passed) return {};
  if (now_.kind == Kind::verbatim) now_.text.erase(0, kFormatBytes);
  note(std::exchange(now_, {}));
  close_elements();
  return {};
}

Result<> ReplySkimmer::take_line(std::string_view line) {
  if (line.empty()) return fail(Code::protocol, "an empty line stands where an answer must be");
  const char type = line.front();
  const std::string_view text = line.substr(1);
  switch (type) {
    case '$':
      if (text == "-1") return take_scalar('_', "");
      return begin_string(Kind::bulk_string, text);
    case '!':
      return begin_string(Kind::bulk_error, text);
    case '=':
      return begin_string(Kind::verbatim, text);
    case '*':
      if (text == "-1") return take_scalar('*', "");
      [[fallthrough]];
    case '%':
    case '~':
    case '>':
    case '|':
      return begin_aggregate(type, text);
    default:
      return take_scalar(type, text);
  }
}

Result<> ReplySkimmer::take_scalar(char type, std::string_view text) {
  Outline value;
  const bool kept = keeps();
  if (kept) value.text = text.substr(0, kSkimmedText);
  value.size = text.size();
  switch (type) {
    case '+':
      value.kind = Kind::simple_string;
      break;
    case '-':
      value.kind = Kind::error;
      break;
    case ':': {
      const auto number = parse_integer(text);
      if (!number) return fail(Code::protocol, "{} is no integer", excerpt(text));
      value = {.kind = Kind::integer, .integer = *number};
      break;
    }
    case '_':
      value.kind = Kind::null;
      break;
    case '*':
      value.kind = Kind::null_array;
      break;
    case '#':
      value = {.kind = Kind::boolean, .integer = text == "t" ? 1 : 0};
      break;
    case ',':
      value.kind = Kind::number;
      break;
    case '(':
      value.kind = Kind::big_number;
      break;
    default:
      return fail(Code::protocol, "{} is no type of an answer",
                  excerpt(std::string_view(&type, 1)));
  }
  note(std::move(value));
  close_elements();
  return {};
}

Result<> ReplySkimmer::begin_string(Kind kind, std::string_view length) {
  TRY(const uint64_t size, read_length(length));
  if (kind == Kind::verbatim && size < kFormatBytes) {
    return fail(Code::protocol, "a verbatim string of {} bytes has no format", size);
  }
  now_ = {.kind = kind, .size = kind == Kind::verbatim ? size - kFormatBytes : size};
  passing_.begin_string(size);
  return {};
}

Result<> ReplySkimmer::begin_aggregate(char type, std::string_view length) {
  TRY(const uint64_t count, read_length(length));
  if (open_.size() == kSkimmedDepth) {
    return fail(Code::limit, "an answer is nested more than {} deep", kSkimmedDepth);
  }
  const bool pairs = type == '%' || type == '|';
  const uint64_t elements = pairs ? 2 * count : count;
  const bool attributes = type == '|';
  const Kind kind = type == '%'   ? Kind::map
                    : type == '~' ? Kind::set
                    : type == '>' ? Kind::push
                                  : Kind::array;
  if (!attributes) note({.kind = kind, .size = elements});
  if (elements > 0) {
    open_.push_back({elements, attributes});
  } else if (!attributes) {
    close_elements();
  }
  return {};
}

// An aggregate is noted as it begins.
void ReplySkimmer::note(Outline value) {
  if (open_.empty()) {
    top_ = std::move(value);
    return;
  }
  if (open_.size() > 1 || open_.front().attributes) return;
  if (value.is_error()) ++top_.errors;
  if (top_.elements.size() < kSkimmedElements) top_.elements.push_back(std::move(value));
}

// A value has ended, which may end what it is an element of, and so on outwards.
void ReplySkimmer::close_elements() {
  while (!open_.empty()) {
    if (--open_.back().left > 0) return;
    const bool attributes = open_.back().attributes;
    open_.pop_back();
    if (attributes) return;  // they belong to the value that comes
  }
  done_ = true;
}

}  // namespace peregrine::wire::resp
