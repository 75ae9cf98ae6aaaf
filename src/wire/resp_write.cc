#include <fmt/format.h>

#include <iterator>

#include "base/check.h"
#include "wire/http1_line.h"
#include "wire/resp.h"

namespace peregrine::wire::resp {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr size_t kDepth = Limits().depth;

void append_line(std::string& out, char type, std::string_view text) {
  out += type;
  out.append(text).append("\r\n");
}

void append_counted(std::string& out, char type, std::string_view bytes) {
  append_line(out, type, std::to_string(bytes.size()));
  out.append(bytes).append("\r\n");
}

std::unexpected<base::Error> unwritable(std::string_view what, std::string_view text) {
  return fail(Code::invalid, "{} cannot be written as {}", http1::excerpt(text), what);
}

class Writer {
 public:
  Writer(std::string& out, Version version) : out_(out), resp3_(version == Version::resp3) {}

  Result<> write(const Value& value, size_t depth) {
    if (resp3_ && !value.attributes.empty()) {
      TRY_OK(elements('|', value.attributes, true, depth));
    }
    switch (value.kind) {
      case Kind::array:
        return elements('*', value.elements, false, depth);
      case Kind::map:
        return elements(resp3_ ? '%' : '*', value.elements, true, depth);
      case Kind::set:
        return elements(resp3_ ? '~' : '*', value.elements, false, depth);
      case Kind::push:
        if (depth > 0 || !value.attributes.empty()) {
          return fail(Code::invalid, "a push cannot stand within another reply");
        }
        return elements(resp3_ ? '>' : '*', value.elements, false, depth);
      default:
        return scalar(value);
    }
  }

 private:
  Result<> elements(char type, const std::vector<Value>& list, bool pairs, size_t depth) {
    if (depth == kDepth) return fail(Code::invalid, "a reply is nested more than {} deep", kDepth);
    if (pairs && list.size() % 2 != 0) return fail(Code::invalid, "a map has a key without value");
    const bool halves = pairs && type != '*';
    append_line(out_, type, std::to_string(halves ? list.size() / 2 : list.size()));
    for (const Value& value : list) TRY_OK(write(value, depth + 1));
    return {};
  }

  Result<> line(char type, std::string_view what, std::string_view text) {
    if (text.find_first_of("\r\n") != std::string_view::npos) return unwritable(what, text);
    append_line(out_, type, text);
    return {};
  }

  Result<> number(char type, std::string_view text) {
    if (!(type == ',' ? is_number(text) : is_big_number(text))) return unwritable("a number", text);
    if (resp3_) {
      append_line(out_, type, text);
    } else {
      append_counted(out_, '$', text);
    }
    return {};
  }

  Result<> scalar(const Value& value) {
    switch (value.kind) {
      case Kind::simple_string:
        return line('+', "a simple string", value.text);
      case Kind::error:
        return line('-', "an error", value.text);
      case Kind::integer:
        append_line(out_, ':', std::to_string(value.integer));
        return {};
      case Kind::boolean:
        append_line(out_, resp3_ ? '#' : ':',
                    resp3_ ? (value.integer != 0 ? "t" : "f") : (value.integer != 0 ? "1" : "0"));
        return {};
      case Kind::number:
        return number(',', value.text);
      case Kind::big_number:
        return number('(', value.text);
      case Kind::bulk_error:
        if (!resp3_) return line('-', "an error of RESP2", value.text);
        append_counted(out_, '!', value.text);
        return {};
      case Kind::verbatim:
        return verbatim(value);
      case Kind::null_array:
        append_line(out_, resp3_ ? '_' : '*', resp3_ ? "" : "-1");
        return {};
      case Kind::null:
        append_line(out_, resp3_ ? '_' : '$', resp3_ ? "" : "-1");
        return {};
      default:
        append_counted(out_, '$', value.text);
        return {};
    }
  }

  Result<> verbatim(const Value& value) {
    constexpr size_t kFormatBytes = 3;
    if (value.format.size() != kFormatBytes) return unwritable("a verbatim format", value.format);
    if (resp3_) {
      append_counted(out_, '=', value.format + ":" + value.text);
    } else {
      append_counted(out_, '$', value.text);
    }
    return {};
  }

  std::string& out_;
  bool resp3_;
};

}  // namespace

void append(std::string& out, const Command& command) {
  base::check(!command.empty(), "a command of Redis has a name");
  append_line(out, '*', std::to_string(command.size()));
  for (const std::string& argument : command) append_counted(out, '$', argument);
}

Result<> append(std::string& out, const Value& value, Version version) {
  const size_t before = out.size();
  Result<> written = Writer(out, version).write(value, 0);
  if (!written) out.resize(before);
  return written;
}

}  // namespace peregrine::wire::resp
