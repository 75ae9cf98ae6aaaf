// Functions of who somebody is: one-time passwords and JSON Web Tokens.
#include <array>

#include "base/json.h"
#include "base/jws.h"
#include "base/totp.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/special.h"
#include "lang/template.h"

namespace peregrine::lang::cel {

using base::Result;
using base::Value;

namespace {

constexpr int64_t kMaxPeriod = 86'400;  // seconds

struct Code {
  base::TotpOptions options;
  std::optional<base::WallTime> at;
};

// {'digits': 8, 'period': 60, 'algorithm': 'sha256', 'at': t}, all of which may be left out.
Result<Code> read_options(const Value& map) {
  Code code;
  std::string mistake;
  each_entry(map, [&](const Value& key, const Value& value) {
    const std::string name = to_text(key);
    const bool integer = value.kind() == base::Kind::int64;
    const auto algorithm = value.is_text() ? base::algorithm_named(value.as_text()) : std::nullopt;
    if (name == "digits" && integer && value.as_int() >= 6 &&
        value.as_int() <= base::kMaxTotpDigits) {
      code.options.digits = static_cast<int>(value.as_int());
    } else if (name == "period" && integer && value.as_int() >= 1 && value.as_int() <= kMaxPeriod) {
      code.options.period_s = value.as_int();
    } else if (name == "algorithm" && algorithm) {
      code.options.algorithm = *algorithm;
    } else if (name == "at" && value.kind() == base::Kind::timestamp) {
      code.at = value.as_timestamp();
    } else {
      mistake = fmt::format(
          "totp() knows digits (6 to {}), period (seconds), algorithm ('sha1', 'sha256', 'sha512') "
          "and at (an instant), not {{'{}': {}}}",
          base::kMaxTotpDigits, name, base::to_json(value));
    }
    return mistake.empty();
  });
  if (mistake.empty()) return code;
  return base::fail(base::Code::invalid, "{}", mistake);
}

bool totp(Call& call) {
  const auto secret = base::base32_decoded(call[0].as_text());
  if (!secret || secret->empty()) {
    return call.fail("totp() takes a secret in base32: letters, and digits from 2 to 7");
  }
  Result<Code> code = call.size() > 1 ? read_options(call[1]) : Code{};
  if (!code) return call.fail("{}", code.error().text);
  const base::WallTime at = code->at.value_or(call.context().now);
  if (at < base::WallTime{}) return call.fail("totp() takes an instant from 1970 on");
  return call.give_text(base::totp(*secret, at, code->options));
}

std::string mistake_in_totp(Arguments arguments) {
  if (arguments[0] && arguments[0]->is_text()) {
    const auto secret = base::base32_decoded(arguments[0]->as_text());
    if (!secret || secret->empty()) return "a secret is in base32: letters, and digits from 2 to 7";
  }
  if (arguments.size() < 2 || !arguments[1] || !is_map(*arguments[1])) return "";
  const Result<Code> code = read_options(*arguments[1]);
  return code ? "" : code.error().text;
}

// What JWT has instants as: whole seconds since 1970 (NumericDate, RFC 7519, section 2).
Value numeric_dates(const base::Map& claims) {
  base::MapBuilder map;
  for (const auto& [name, value] : claims) {
    if (value.kind() == base::Kind::timestamp) {
      const auto since = value.as_timestamp().time_since_epoch();
      map.set(name, Value(int64_t{std::chrono::floor<std::chrono::seconds>(since).count()}));
    } else {
      map.set(name, value);
    }
  }
  return Value(map.build());
}

// jwt(claims, key), jwt(claims, key, {'kid': 'k1', 'alg': 'RS256'}): `typ` is JWT unless said.
bool jwt(Call& call) {
  const int64_t count = count_values(call[0], kMaxSteps);
  if (!call.frame().charge(count)) return false;
  const base::Map given = call.size() > 2 ? plain(call[2]).as_map() : base::Map();
  base::MapBuilder header(given);
  if (!given.find("typ")) header.set("typ", "JWT");
  const Value claims = numeric_dates(plain(call[0]).as_map());
  Result<std::string> token =
      base::sign_jws(header.build(), base::to_json(claims), to_text(call[1]));
  if (!token) return call.fail("jwt(): {}", token.error().text);
  return call.give_text(*std::move(token));
}

// The claims of a token, whoever signed it.
bool jwt_claims(Call& call) {
  const Result<std::string> payload = base::jws_payload(call[0].as_text());
  if (!payload) return call.fail("jwt_claims(): {}", payload.error().text);
  if (!call.frame().charge(static_cast<int64_t>(payload->size()) / kTextPerStep)) return false;
  Result<Value> claims = base::parse_json(*payload);
  if (!claims || !claims->is_map()) return call.fail("jwt_claims(): the claims are no JSON object");
  return call.give(*std::move(claims));
}

constexpr auto kForm = Form::function;
constexpr std::array kFunctions = {
    Function{
        "jwt", "jwt(claims, key)", kForm, {kMap, kText | kBytes, kMap}, 2, 3, kText, jwt, false},
    Function{"jwt_claims", "jwt_claims(token)", kForm, {kText}, 1, 1, kMap, jwt_claims},
    Function{
        "totp", "totp(secret)", kForm, {kText, kMap}, 1, 2, kText, totp, false, mistake_in_totp},
};

}  // namespace

std::span<const Function> token_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
