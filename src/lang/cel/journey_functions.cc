#include "lang/functions.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/digest.h"
#include "base/json.h"
#include "lang/expression.h"
#include "lang/template.h"

namespace peregrine::lang {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

using Arguments = std::span<const Value>;

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr int64_t kMaxLength = 65'536;

constexpr std::array<std::string_view, 12> kFirstNames = {"Anna", "Ben",   "Clara", "David",
                                                          "Emma", "Felix", "Greta", "Hans",
                                                          "Ida",  "Jonas", "Lena",  "Max"};
constexpr std::array<std::string_view, 12> kLastNames = {
    "Becker",  "Fischer", "Hoffmann",  "Klein",  "Meyer", "Mueller",
    "Richter", "Schmidt", "Schneider", "Wagner", "Weber", "Wolf"};

std::string draw(base::Random& random, std::string_view alphabet, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i) text += alphabet[random.below(alphabet.size())];
  return text;
}

template <size_t N>
std::string_view one_of(base::Random& random, const std::array<std::string_view, N>& list) {
  return list[random.below(N)];
}

Result<int64_t> length_argument(const Value& value, std::string_view function) {
  if (value.kind() != base::Kind::int64 || value.as_int() < 0 || value.as_int() > kMaxLength) {
    return fail(Code::invalid, "{} takes a length from 0 to {}, not {}", function, kMaxLength,
                base::to_json(value));
  }
  return value.as_int();
}

Result<Value> text(const Context& context, Arguments arguments) {
  TRY(const int64_t length, length_argument(arguments[0], "text(n)"));
  return Value(draw(*context.random, kLetters, length));
}

Result<Value> digits(const Context& context, Arguments arguments) {
  TRY(const int64_t length, length_argument(arguments[0], "digits(n)"));
  return Value(draw(*context.random, kDigits, length));
}

// A random UUID, version 4 (RFC 9562).
Result<Value> uuid(const Context& context, Arguments) {
  const uint64_t high = (context.random->next() & ~0xf000ULL) | 0x4000ULL;
  const uint64_t low = (context.random->next() & ~(3ULL << 62)) | (2ULL << 62);
  return Value(fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                           high & 0xffff, low >> 48, low & 0xffff'ffff'ffffULL));
}

Result<Value> name(const Context& context, Arguments) {
  const std::string_view first = one_of(*context.random, kFirstNames);
  return Value(fmt::format("{} {}", first, one_of(*context.random, kLastNames)));
}

// Addresses at example.org, which RFC 2606 keeps free.
Result<Value> email(const Context& context, Arguments) {
  return Value(draw(*context.random, kLetters, 12) + "@example.org");
}

// German numbers only so far: a Berlin number in E.164.
Result<Value> phone(const Context& context, Arguments arguments) {
  if (!arguments.empty() && arguments[0] != Value("DE")) {
    return fail(Code::invalid, "phone() knows 'DE' so far, not {}", base::to_json(arguments[0]));
  }
  return Value("+4930" + draw(*context.random, kDigits, 8));
}

Result<Value> integer(const Context& context, Arguments arguments) {
  if (arguments[0].kind() != base::Kind::int64 || arguments[1].kind() != base::Kind::int64 ||
      arguments[0].as_int() > arguments[1].as_int()) {
    return fail(Code::invalid, "int(a, b) takes two integers, the smaller first, not {} and {}",
                base::to_json(arguments[0]), base::to_json(arguments[1]));
  }
  return Value(context.random->between(arguments[0].as_int(), arguments[1].as_int()));
}

Result<Value> pick(const Context& context, Arguments arguments) {
  if (!arguments[0].is_list() || arguments[0].as_list().empty()) {
    return fail(Code::invalid, "pick(list) takes a list that is not empty, not {}",
                base::to_json(arguments[0]));
  }
  const base::List& list = arguments[0].as_list();
  return list[context.random->below(list.size())];
}

Result<Value> or_default(const Context&, Arguments arguments) {
  return arguments[0].is_null() ? arguments[1] : arguments[0];
}

Result<Value> unix_ms(const Context& context, Arguments) {
  using std::chrono::milliseconds;
  const auto since = std::chrono::duration_cast<milliseconds>(context.now.time_since_epoch());
  return Value(int64_t{since.count()});
}

Result<Value> hmac(const Context&, Arguments arguments) {
  std::optional<base::Algorithm> algorithm;
  if (arguments[0] == Value("sha1")) algorithm = base::Algorithm::sha1;
  if (arguments[0] == Value("sha256")) algorithm = base::Algorithm::sha256;
  if (arguments[0] == Value("sha512")) algorithm = base::Algorithm::sha512;
  if (!algorithm) {
    return fail(Code::invalid, "hmac() knows 'sha1', 'sha256' and 'sha512', not {}",
                base::to_json(arguments[0]));
  }
  return Value(base::hmac_hex(*algorithm, to_text(arguments[1]), to_text(arguments[2])));
}

Result<Value> base64(const Context&, Arguments arguments) {
  return Value(base::base64(to_text(arguments[0])));
}

Result<Value> json_text(const Context&, Arguments arguments) {
  return Value(base::to_json(arguments[0]));
}

constexpr std::array kFunctions = {
    Function{"base64", "base64(x)", 1, 1, base64},
    Function{"digits", "digits(n)", 1, 1, digits},
    Function{"email", "email()", 0, 0, email},
    Function{"hmac", "hmac('sha256', key, x)", 3, 3, hmac},
    Function{"int", "int(a, b)", 2, 2, integer},
    Function{"name", "name()", 0, 0, name},
    Function{"or", "or(x, default)", 2, 2, or_default},
    Function{"phone", "phone('DE')", 0, 1, phone},
    Function{"pick", "pick(list)", 1, 1, pick},
    Function{"text", "text(n)", 1, 1, text},
    Function{"to_json", "to_json(x)", 1, 1, json_text},
    Function{"unix_ms", "unix_ms()", 0, 0, unix_ms},
    Function{"uuid", "uuid()", 0, 0, uuid},
};

}  // namespace

const Function* find_function(std::string_view word) {
  const auto found = std::ranges::find(kFunctions, word, &Function::name);
  return found == kFunctions.end() ? nullptr : &*found;
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for (const Function& function : kFunctions) names.push_back(function.name);
  return names;
}

}  // namespace peregrine::lang
