// Reading multipart/form-data: RFC 7578, and RFC 2046 section 5.1 for what stands between parts.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "wire/http_message.h"
#include "wire/multipart.h"

namespace peregrine::wire {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr size_t kLongestBoundary = 200;  // RFC 2046 allows 70

// What three characters stand for in what a browser writes, 0 if it is nothing but themselves.
char browser_escape(std::string_view three) {
  return three == "%22" ? '"' : three == "%0D" ? '\r' : three == "%0A" ? '\n' : '\0';
}

// A quoted text without its escapes: those of a browser (multipart.h), and the backslash that
// others put before a quote and before a backslash. Before anything else it is part of a name:
// C:\a.txt.
std::string unquoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    if (const char meant = browser_escape(three)) {
      out += meant;
      i += three.size() - 1;
      continue;
    }
    const bool escapes = three.starts_with("\\\"") || three.starts_with("\\\\");
    out += text[escapes ? ++i : i];
  }
  return out;
}

// Where the quoted text that begins here ends: at its closing quote, or with the field.
size_t end_of_quoted(std::string_view field, size_t begin) {
  size_t end = begin;
  while (end < field.size() && field[end] != '"') end += field[end] == '\\' ? 2 : 1;
  return std::min(end, field.size());
}

// The value of `name=…` behind the first `;`, quoted or not.
std::optional<std::string> parameter(std::string_view field, std::string_view name) {
  for (size_t at = field.find(';'); at != field.npos;) {
    const size_t begin = field.find_first_not_of("; \t", at);
    const size_t equals = field.find_first_of("=;", begin);
    if (begin == field.npos || equals == field.npos) return std::nullopt;
    if (field[equals] == ';') {  // a word without a value
      at = equals;
      continue;
    }
    const std::string_view key = base::trimmed(field.substr(begin, equals - begin));
    const bool quoted = field.substr(equals + 1).starts_with('"');
    const size_t value = equals + (quoted ? 2 : 1);
    const size_t end =
        quoted ? end_of_quoted(field, value) : std::min(field.find(';', value), field.size());
    if (same_ignoring_case(key, name)) {
      const std::string_view text = field.substr(value, end - value);
      return quoted ? unquoted(text) : std::string(base::trimmed(text));
    }
    at = field.find(';', end);
  }
  return std::nullopt;
}

Result<FormPart> read_part(std::string_view text) {
  FormPart part;
  bool named = false;
  while (!text.starts_with("\r\n")) {
    const size_t end = text.find("\r\n");
    const size_t colon = text.find(':');
    if (end == text.npos || colon == text.npos || colon > end) {
      return fail(Code::invalid, "a part of the form has a broken head");
    }
    const std::string_view name = text.substr(0, colon);
    const std::string_view value = base::trimmed(text.substr(colon + 1, end - colon - 1));
    if (same_ignoring_case(name, "content-disposition")) {
      const auto its = parameter(value, "name");
      named = its.has_value();
      part.name = its.value_or("");
      part.file = parameter(value, "filename");
    } else if (same_ignoring_case(name, "content-type")) {
      part.type = value;
    }
    text.remove_prefix(end + 2);
  }
  if (!named) return fail(Code::invalid, "a part of the form has no name");
  part.bytes = text.substr(2);
  return part;
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view type, std::string_view body) {
  const auto boundary = parameter(type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) {
    return fail(Code::invalid, "`{}` names no boundary", base::shortened(type, kLongestBoundary));
  }
  const std::string line = "\r\n--" + *boundary;
  std::vector<FormPart> parts;
  // The first boundary may stand at the very beginning, where no line ends before it.
  const size_t first = body.find(line);
  size_t at = first == body.npos ? first : first + line.size();
  if (body.starts_with(std::string_view(line).substr(2))) at = line.size() - 2;
  for (;;) {
    if (at == body.npos || at > body.size()) {
      return fail(Code::invalid, "the form ends before its last boundary");
    }
    if (body.substr(at).starts_with("--")) return parts;
    const size_t begin = body.find("\r\n", at);
    const size_t end = begin == body.npos ? begin : body.find(line, begin);
    if (end == body.npos) return fail(Code::invalid, "the form ends before its last boundary");
    // The line end of one boundary would be that of the next, too.
    if (end == begin) return fail(Code::invalid, "a boundary of the form follows another at once");
    if (parts.size() == kMostFormParts) {
      return fail(Code::limit, "a form of more than {} parts", kMostFormParts);
    }
    TRY(FormPart part, read_part(body.substr(begin + 2, end - begin - 2)));
    parts.push_back(std::move(part));
    at = end + line.size();
  }
}

}  // namespace peregrine::wire
