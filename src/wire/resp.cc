#include "wire/resp.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "wire/feed.h"
#include "wire/http1_line.h"

namespace peregrine::wire::resp {

using base::check;
using base::Code;
using base::fail;
using base::Result;
using http1::excerpt;

namespace {

constexpr size_t kCrlfBytes = 2;
constexpr size_t kFormatBytes = 3;  // of a verbatim string, with a colon after it

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<uint64_t> read_length(char type, std::string_view text) {
  if (text.starts_with('?')) {
    return fail(Code::protocol, "'{}?' begins a streamed value; these are not spoken here", type);
  }
  if (!all_digits(text)) {
    return fail(Code::protocol, "the length {} after '{}' must be digits", excerpt(text), type);
  }
  uint64_t length = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
  return read.ec == std::errc() ? length : UINT64_MAX;
}

}  // namespace

Value text(std::string bytes) { return {.kind = Kind::bulk_string, .text = std::move(bytes)}; }
Value error(std::string message) { return {.kind = Kind::error, .text = std::move(message)}; }
Value integer(int64_t number) { return {.kind = Kind::integer, .integer = number}; }
Value array(std::vector<Value> elements) {
  return {.kind = Kind::array, .elements = std::move(elements)};
}

std::optional<int64_t> parse_integer(std::string_view text) {
  if (text.starts_with("+-")) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_big_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return all_digits(text);
}

bool is_number(std::string_view text) {
  if (text == "nan" || text == "-nan") return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text == "inf") return true;
  const size_t exponent = std::min(text.find_first_of("eE"), text.size());
  if (exponent < text.size() && !is_big_number(text.substr(exponent + 1))) return false;
  const std::string_view mantissa = text.substr(0, exponent);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  return all_digits(mantissa.substr(0, point)) &&
         (point == mantissa.size() || all_digits(mantissa.substr(point + 1)));
}

Result<size_t> ReplyReader::feed(std::string_view bytes) {
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

Value ReplyReader::take() {
  check(done(), "a reply is taken before it is complete");
  Value value = *std::move(done_);
  done_.reset();
  pieces_.reset();
  return value;
}

Result<> ReplyReader::step(std::string_view& rest) {
  if (size_) {
    TRY(auto bytes, pieces_.counted(rest, *size_));
    return bytes ? end_string(*std::move(bytes)) : Result<>{};
  }
  TRY(const auto line, pieces_.line(rest));
  return line ? take_line(*line) : Result<>{};
}

Result<> ReplyReader::take_line(std::string_view line) {
  if (!line.ends_with("\r\n") || line.size() == kCrlfBytes ||
      line.find('\r') != line.size() - kCrlfBytes) {
    return fail(Code::protocol, "{} is no line of a reply", excerpt(line));
  }
  const char type = line.front();
  const std::string_view text = line.substr(1, line.size() - 1 - kCrlfBytes);
  switch (type) {
    case '$':
      if (text == "-1") return add(Value{.kind = Kind::null});
      return begin_string(Kind::bulk_string, text);
    case '!':
      return begin_string(Kind::bulk_error, text);
    case '=':
      return begin_string(Kind::verbatim, text);
    case '*':
      if (text == "-1") return add(Value{.kind = Kind::null_array});
      return begin_aggregate(type, text);
    case '%':
    case '~':
    case '>':
    case '|':
      return begin_aggregate(type, text);
    default:
      return take_scalar(type, text);
  }
}

Result<> ReplyReader::take_scalar(char type, std::string_view text) {
  const std::string copy(text);
  switch (type) {
    case '+':
      return add(Value{.kind = Kind::simple_string, .text = copy});
    case '-':
      return add(Value{.kind = Kind::error, .text = copy});
    case ':': {
      const auto number = parse_integer(text);
      if (!number) return fail(Code::protocol, "{} is no integer of 64 bits", excerpt(text));
      return add(integer(*number));
    }
    case '_':
      if (text.empty()) return add(Value{});
      break;
    case '#':
      if (text != "t" && text != "f") break;
      return add(Value{.kind = Kind::boolean, .integer = text == "t"});
    case ',':
      if (is_number(text)) return add(Value{.kind = Kind::number, .text = copy});
      break;
    case '(':
      if (is_big_number(text)) return add(Value{.kind = Kind::big_number, .text = copy});
      break;
    default:
      return fail(Code::protocol, "{} is no type of a reply", excerpt(std::string_view(&type, 1)));
  }
  return fail(Code::protocol, "{} cannot stand after '{}'", excerpt(text), type);
}

Result<> ReplyReader::begin_string(Kind kind, std::string_view text) {
  TRY(const uint64_t size, read_length('$', text));
  TRY_OK(pieces_.check_size(size));
  kind_ = kind;
  size_ = size;
  return {};
}

Result<> ReplyReader::end_string(std::string bytes) {
  size_.reset();
  Value value{.kind = kind_, .text = std::move(bytes)};
  if (kind_ == Kind::verbatim) {
    if (value.text.size() <= kFormatBytes || value.text[kFormatBytes] != ':') {
      return fail(Code::protocol, "the verbatim string {} does not begin with 'txt:'",
                  excerpt(value.text));
    }
    value.format = value.text.substr(0, kFormatBytes);
    value.text.erase(0, kFormatBytes + 1);
  }
  return add(std::move(value));
}

Result<> ReplyReader::begin_aggregate(char type, std::string_view text) {
  TRY(const uint64_t length, read_length(type, text));
  if (type == '>' && !(open_.empty() && attributes_.empty())) {
    return fail(Code::protocol, "a push stands within another reply");
  }
  const bool pairs = type == '%' || type == '|';
  if (length > limits_.elements) TRY_OK(pieces_.count(length));
  const size_t elements = pairs ? 2 * length : length;
  TRY_OK(pieces_.count(elements + 1));  // one more: attributes without end may be empty
  if (open_.size() == limits_.depth) {
    return fail(Code::limit, "a reply is nested more than {} deep", limits_.depth);
  }
  if (type == '|' && !attributes_.empty()) {
    return fail(Code::protocol, "attributes follow attributes");
  }
  Open open{.value = {}, .left = elements, .attributes = type == '|'};
  open.value.kind = type == '%'   ? Kind::map
                    : type == '~' ? Kind::set
                    : type == '>' ? Kind::push
                                  : Kind::array;
  if (elements == 0) return open.attributes ? Result<>{} : add(std::move(open.value));
  // The aggregate's own attributes came before it; those of its elements are other ones.
  open.value.attributes = std::exchange(attributes_, {});
  open_.push_back(std::move(open));
  return {};
}

// The value goes into the aggregate that is open, which may complete it, and so on outwards.
Result<> ReplyReader::add(Value value) {
  if (value.attributes.empty()) value.attributes = std::exchange(attributes_, {});
  while (!open_.empty()) {
    Open& open = open_.back();
    open.value.elements.push_back(std::move(value));
    if (--open.left > 0) return {};
    const bool attributes = open.attributes;
    value = std::move(open.value);
    open_.pop_back();
    if (!attributes) continue;
    attributes_ = std::move(value.elements);
    return {};
  }
  done_ = std::move(value);
  return {};
}

}  // namespace peregrine::wire::resp
