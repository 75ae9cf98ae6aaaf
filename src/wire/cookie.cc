#include "wire/cookie.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "wire/http1_line.h"
#include "wire/http_date.h"
#include "wire/http_message.h"

namespace peregrine::wire {

using base::Code;
using base::fail;
using base::Result;

namespace {

std::string_view without_blanks(std::string_view text) { return base::trimmed(text, " \t"); }

// "name=value", each without the blanks around it; the value is empty where there is no '='.
struct Pair {
  std::string_view name;
  std::string_view value;
  bool has_equals;
};

Pair split_pair(std::string_view text) {
  const size_t equals = text.find('=');
  const bool has_equals = equals != std::string_view::npos;
  return {without_blanks(text.substr(0, equals)),
          has_equals ? without_blanks(text.substr(equals + 1)) : std::string_view(), has_equals};
}

// Takes the text up to the next ';' from the front.
std::string_view take_part(std::string_view& rest) {
  const size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// Section 5.2.2: digits, of which a '-' may stand in front. What is more than a number can say
// lasts for ever, or is over.
std::optional<int64_t> read_max_age(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) return negative ? INT64_MIN : INT64_MAX;
  return seconds;
}

void take_attribute(const Pair& attribute, SetCookie& into) {
  const auto is = [&](std::string_view name) { return same_ignoring_case(attribute.name, name); };
  const std::string_view value = attribute.value;
  if (is("Expires")) {
    if (const auto date = parse_cookie_date(value)) into.expires = date;
  } else if (is("Max-Age")) {
    if (const auto age = read_max_age(value)) into.max_age_s = age;
  } else if (is("Domain")) {
    // An empty one is to be ignored (section 5.2.3).
    if (!value.empty()) into.domain = base::lowercase(value.substr(value.starts_with('.')));
  } else if (is("Path")) {
    into.path = value.starts_with('/') ? value : std::string_view();
  } else if (is("Secure")) {
    into.secure = true;
  } else if (is("HttpOnly")) {
    into.http_only = true;
  } else if (is("SameSite")) {
    const auto says = [&](std::string_view word) { return same_ignoring_case(value, word); };
    into.same_site = says("Strict") ? SameSite::strict
                     : says("Lax")  ? SameSite::lax
                     : says("None") ? SameSite::none
                                    : SameSite::unset;
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < ' ' && byte != '\t') || byte == 0x7f;
}

// cookie-octet of section 4.1.1, and what is not ASCII: servers send it and clients take it.
bool is_value_byte(char c) {
  return !is_control(c) && std::string_view("\t \",;\\").find(c) == std::string_view::npos;
}

Result<> check_sendable(const SetCookie& cookie) {
  const auto& [name, value] = cookie.cookie;
  if (!http1::is_token(name)) {
    return fail(Code::invalid, "{} cannot be the name of a cookie", http1::excerpt(name));
  }
  const bool quoted = value.size() > 1 && value.starts_with('"') && value.ends_with('"');
  const std::string_view bare = std::string_view(value).substr(quoted, value.size() - 2 * quoted);
  if (!std::ranges::all_of(bare, is_value_byte)) {
    return fail(Code::invalid, "the value of the cookie {} holds what must be encoded: {}", name,
                http1::excerpt(value));
  }
  for (const std::string& attribute : {cookie.domain, cookie.path}) {
    const bool broken = std::ranges::any_of(attribute, is_control) ||
                        attribute.find(';') != std::string::npos ||
                        without_blanks(attribute) != attribute;
    if (broken) {
      return fail(Code::invalid, "an attribute of the cookie {} cannot be sent: {}", name,
                  http1::excerpt(attribute));
    }
  }
  if (cookie.domain.starts_with('.')) {
    return fail(Code::invalid, "the domain of the cookie {} must not begin with '.': {}", name,
                http1::excerpt(cookie.domain));
  }
  if (!cookie.path.empty() && !cookie.path.starts_with('/')) {
    return fail(Code::invalid, "the path of the cookie {} must begin with '/': {}", name,
                http1::excerpt(cookie.path));
  }
  return {};
}

}  // namespace

Result<SetCookie> parse_set_cookie(std::string_view field) {
  if (std::ranges::any_of(field, is_control)) {
    return fail(Code::invalid, "a cookie with a control character is no cookie: {}",
                http1::excerpt(field));
  }
  std::string_view rest = field;
  const Pair pair = split_pair(take_part(rest));
  if (!pair.has_equals || pair.name.empty()) {
    return fail(Code::invalid, "a cookie needs a name and '=': {}", http1::excerpt(field));
  }
  SetCookie result{.cookie = {std::string(pair.name), std::string(pair.value)}};
  while (!rest.empty()) take_attribute(split_pair(take_part(rest)), result);
  return result;
}

Result<std::string> to_set_cookie_field(const SetCookie& cookie) {
  TRY_OK(check_sendable(cookie));
  std::string out = cookie.cookie.name + "=" + cookie.cookie.value;
  if (!cookie.domain.empty()) out += "; Domain=" + cookie.domain;
  if (!cookie.path.empty()) out += "; Path=" + cookie.path;
  if (cookie.expires) out += "; Expires=" + to_http_date(*cookie.expires);
  if (cookie.max_age_s) out += fmt::format("; Max-Age={}", *cookie.max_age_s);
  if (cookie.secure) out += "; Secure";
  if (cookie.http_only) out += "; HttpOnly";
  constexpr std::string_view kSameSite[] = {"", "; SameSite=None", "; SameSite=Lax",
                                            "; SameSite=Strict"};
  return out.append(kSameSite[static_cast<size_t>(cookie.same_site)]);
}

Result<std::vector<Cookie>> parse_cookie_field(std::string_view field) {
  std::vector<Cookie> result;
  while (!field.empty()) {
    const Pair pair = split_pair(take_part(field));
    if (!pair.has_equals || pair.name.empty()) continue;
    if (result.size() == kCookiesInField) {
      return fail(Code::limit, "a Cookie field may hold {} cookies", kCookiesInField);
    }
    result.push_back({std::string(pair.name), std::string(pair.value)});
  }
  return result;
}

std::string to_cookie_field(std::span<const Cookie> cookies) {
  std::string out;
  for (const Cookie& cookie : cookies) {
    if (!out.empty()) out += "; ";
    out += cookie.name + "=" + cookie.value;
  }
  return out;
}

}  // namespace peregrine::wire
