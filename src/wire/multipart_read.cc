// Reading multipart/form-data: RFC 7578, and RFC 2046 section 5.1 for what stands between parts.
#include <fmt/core.h>

#include "base/text.h"
#include "wire/http_message.h"
#include "wire/multipart.h"

namespace peregrine::wire {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr size_t kLongestBoundary = 200;  // RFC 2046 allows 70

// The value of `name=…` behind the first `;`, quoted or not. `%22` stands for a quote, as browsers
// write it; a backslash before one is what others write.
std::optional<std::string> parameter(std::string_view field, std::string_view name) {
  for (size_t at = field.find(';'); at != std::string_view::npos;) {
    const size_t begin = field.find_first_not_of("; \t", at);
    if (begin == std::string_view::npos) return std::nullopt;
    const size_t equals = field.find('=', begin);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = base::trimmed(field.substr(begin, equals - begin));
    std::string value;
    size_t end = equals + 1;
    if (end < field.size() && field[end] == '"') {
      for (++end; end < field.size() && field[end] != '"'; ++end) {
        if (field[end] == '\\' && end + 1 < field.size()) ++end;
        value += field[end];
      }
      at = field.find(';', end);
    } else {
      at = field.find(';', end);
      value = base::trimmed(field.substr(end, at == field.npos ? at : at - end));
    }
    if (same_ignoring_case(key, name)) return value;
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
    if (parts.size() == kMostFormParts) {
      return fail(Code::limit, "a form of more than {} parts", kMostFormParts);
    }
    TRY(FormPart part, read_part(body.substr(begin + 2, end - begin - 2)));
    parts.push_back(std::move(part));
    at = end + line.size();
  }
}

}  // namespace peregrine::wire
