// text.format(list): %s %d %f %e %b %o %x %X, with a precision for %f and %e (cel-go, ext/strings).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/rfc3339.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/special.h"
#include "lang/cel/time_text.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

constexpr int kMaxPrecision = 1000;

// Below, what appends a value to `out` gives such a sentence when it cannot, else nothing.
std::string wrong(char clause, std::string_view takes, const Value& value) {
  return fmt::format("%{} takes {}, not {}", clause, takes, kind_name(value));
}

bool append_text(std::string& out, const Value& value);

void append_list(std::string& out, const base::List& list) {
  out += '[';
  for (size_t i = 0; i < list.size() && out.size() <= kMaxText; ++i) {
    if (i > 0) out += ", ";
    append_text(out, list[i]);
  }
  out += ']';
}

// In the order of the keys' texts.
void append_map(std::string& out, const Value& map) {
  std::vector<std::pair<std::string, Value>> entries;
  each_entry(map, [&](const Value& key, const Value& value) {
    std::string text;
    append_text(text, key);
    entries.emplace_back(std::move(text), value);
    return true;
  });
  std::ranges::sort(entries, {},
                    [](const auto& entry) -> const std::string& { return entry.first; });
  out += '{';
  for (size_t i = 0; i < entries.size() && out.size() <= kMaxText; ++i) {
    out += fmt::format("{}{}: ", i > 0 ? ", " : "", entries[i].first);
    append_text(out, entries[i].second);
  }
  out += '}';
}

bool append_text(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      out += "null";
      return true;
    case Kind::boolean:
      out += value.as_bool() ? "true" : "false";
      return true;
    case Kind::int64:
      out += fmt::to_string(value.as_int());
      return true;
    case Kind::uint64:
      out += fmt::to_string(value.as_uint());
      return true;
    case Kind::real:
      out += double_text(value.as_double());
      return true;
    case Kind::decimal:
      out += value.as_decimal().to_string();
      return true;
    case Kind::text:
      out += value.as_text();
      return true;
    case Kind::bytes:
      out += value.as_bytes();
      return true;
    case Kind::timestamp:
      out += base::to_rfc3339(value.as_timestamp());
      return true;
    case Kind::duration:
      out += duration_text(value.as_duration());
      return true;
    case Kind::list:
      append_list(out, value.as_list());
      return true;
    case Kind::map:
    case Kind::special:
      break;
  }
  if (is_map(value)) {
    append_map(out, value);
    return true;
  }
  const Type* type = as_type(value);
  if (type) out += type->of();
  return type != nullptr;
}

std::string append_hex(std::string& out, char clause, const Value& value) {
  const bool upper = clause == 'X';
  if (value.is_text() || value.kind() == Kind::bytes) {
    for (unsigned char c : value.is_text() ? value.as_text() : value.as_bytes()) {
      out += upper ? fmt::format("{:02X}", c) : fmt::format("{:02x}", c);
    }
  } else if (value.kind() == Kind::int64) {
    out += upper ? fmt::format("{:X}", value.as_int()) : fmt::format("{:x}", value.as_int());
  } else if (value.kind() == Kind::uint64) {
    out += upper ? fmt::format("{:X}", value.as_uint()) : fmt::format("{:x}", value.as_uint());
  } else {
    return wrong(clause, "an int, text or bytes", value);
  }
  return "";
}

std::string append_integer(std::string& out, char clause, const Value& value) {
  if (clause == 'b' && value.is_bool()) {
    out += value.as_bool() ? '1' : '0';
    return "";
  }
  if (clause == 'd' && value.kind() == Kind::real && !std::isfinite(value.as_double())) {
    out += double_text(value.as_double());
    return "";
  }
  const bool is_int = value.kind() == Kind::int64;
  if (!is_int && value.kind() != Kind::uint64) {
    return wrong(clause, clause == 'b' ? "an int or a bool" : "an int", value);
  }
  const std::string pattern = fmt::format("{{:{}}}", clause);
  out += is_int ? fmt::format(fmt::runtime(pattern), value.as_int())
                : fmt::format(fmt::runtime(pattern), value.as_uint());
  return "";
}

std::string append_real(std::string& out, char clause, int precision, const Value& value) {
  if (!value.is_number()) return wrong(clause, "a number", value);
  const double number = value.kind() == Kind::real     ? value.as_double()
                        : value.kind() == Kind::int64  ? static_cast<double>(value.as_int())
                        : value.kind() == Kind::uint64 ? static_cast<double>(value.as_uint())
                                                       : value.as_decimal().to_double();
  if (!std::isfinite(number)) {
    out += double_text(number);
  } else if (clause == 'f') {
    out += fmt::format("{:.{}f}", number, precision);
  } else {
    out += fmt::format("{:.{}e}", number, precision);
  }
  return "";
}

std::string append(std::string& out, char clause, int precision, const Value& value) {
  if (clause == 's') return append_text(out, value) ? "" : wrong(clause, "a value", value);
  if (clause == 'x' || clause == 'X') return append_hex(out, clause, value);
  if (clause == 'f' || clause == 'e') return append_real(out, clause, precision, value);
  return append_integer(out, clause, value);
}

// ".3" before %f and %e; 6 without. Moves `at` behind it.
std::optional<int> read_precision(std::string_view text, size_t& at) {
  constexpr int kUsual = 6;
  if (at >= text.size() || text[at] != '.') return kUsual;
  int precision = 0;
  const size_t begin = ++at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    precision = precision * 10 + (text[at] - '0');
    if (precision > kMaxPrecision) return std::nullopt;
  }
  if (at == begin) return std::nullopt;
  return precision;
}

bool format(Call& call) {
  const std::string_view text = call[0].as_text();
  const base::List& values = call[1].as_list();
  if (!call.frame().charge(count_values(call[1], kMaxSteps))) return false;
  std::string out;
  size_t next = 0;
  for (size_t at = 0; at < text.size() && out.size() <= kMaxText; ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    ++at;
    if (at < text.size() && text[at] == '%') {
      out += '%';
      continue;
    }
    const auto precision = read_precision(text, at);
    const char clause = at < text.size() ? text[at] : '\0';
    if (!precision || clause == '\0' || !std::string_view("sdfeboxX").contains(clause)) {
      return call.fail("`%{}` is none of %s %d %f %e %b %o %x %X",
                       at < text.size() ? text.substr(at, 1) : "");
    }
    if (next >= values.size()) {
      return call.fail("the text names more than the {} values of the list", values.size());
    }
    const std::string why = append(out, clause, *precision, values[next++]);
    if (!why.empty()) return call.fail("{}", why);
  }
  return call.give_text(std::move(out));
}

constexpr std::array kFunctions = {
    Function{
        "format", "'%s: %d'.format([a, b])", Form::method, {kText, kList}, 2, 2, kText, format},
};

}  // namespace

std::span<const Function> format_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
