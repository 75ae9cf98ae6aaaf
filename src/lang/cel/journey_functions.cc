// Peregrine's own functions of expressions: what a journey makes up, picks, signs and writes.
#include <fmt/core.h>

#include <array>
#include <optional>

#include "base/digest.h"
#include "base/json.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/template.h"

namespace peregrine::lang::cel {

using base::Value;

namespace {

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

// Appends `n` random characters, if that is a length.
bool drawn(Call& call, std::string_view alphabet) {
  const int64_t length = call[0].as_int();
  if (length < 0 || length > kMaxLength) {
    return call.fail("a length is from 0 to {}, not {}", kMaxLength, length);
  }
  return call.give_text(draw(*call.context().random, alphabet, length));
}
bool text(Call& call) { return drawn(call, kLetters); }
bool digits(Call& call) { return drawn(call, kDigits); }

// A random UUID, version 4 (RFC 9562).
bool uuid(Call& call) {
  base::Random& random = *call.context().random;
  const uint64_t high = (random.next() & ~0xf000ULL) | 0x4000ULL;
  const uint64_t low = (random.next() & ~(3ULL << 62)) | (2ULL << 62);
  return call.give_text(fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32,
                                    (high >> 16) & 0xffff, high & 0xffff, low >> 48,
                                    low & 0xffff'ffff'ffffULL));
}

bool name(Call& call) {
  const std::string_view first = one_of(*call.context().random, kFirstNames);
  return call.give_text(fmt::format("{} {}", first, one_of(*call.context().random, kLastNames)));
}

// Addresses at example.org, which RFC 2606 keeps free.
bool email(Call& call) {
  return call.give_text(draw(*call.context().random, kLetters, 12) + "@example.org");
}

// German numbers only so far: a Berlin number in E.164.
bool phone(Call& call) {
  if (call.size() > 0 && call[0].as_text() != "DE") {
    return call.fail("phone() knows 'DE' so far, not {}", base::to_json(call[0]));
  }
  return call.give_text("+4930" + draw(*call.context().random, kDigits, 8));
}

bool integer(Call& call) {
  if (call[0].as_int() > call[1].as_int()) {
    return call.fail("int(a, b) takes two integers, the smaller first, not {} and {}",
                     call[0].as_int(), call[1].as_int());
  }
  return call.give(Value(call.context().random->between(call[0].as_int(), call[1].as_int())));
}

bool pick(Call& call) {
  const base::List& list = call[0].as_list();
  if (list.empty()) return call.fail("pick(list) takes a list that is not empty");
  return call.give(list[call.context().random->below(list.size())]);
}

// The i-th of the list, which begins again at its end.
bool cycle(Call& call) {
  const base::List& list = call[0].as_list();
  if (list.empty() || call[1].as_int() < 0) {
    return call.fail("cycle(list, i) takes a list that is not empty, and i from 0");
  }
  return call.give(list[static_cast<uint64_t>(call[1].as_int()) % list.size()]);
}

bool hmac(Call& call) {
  const auto algorithm = base::algorithm_named(call[0].as_text());
  if (!algorithm) {
    return call.fail("hmac() knows 'sha1', 'sha256', 'sha384' and 'sha512', not {}",
                     base::to_json(call[0]));
  }
  const std::string key = to_text(call[1]), text = to_text(call[2]);
  const auto bytes = static_cast<int64_t>(key.size() + text.size());
  if (!call.frame().charge(bytes / kTextPerStep)) return false;
  return call.give_text(base::hmac_hex(*algorithm, key, text));
}

bool base64(Call& call) { return call.give_text(base::base64(to_text(call[0]))); }

bool json_text(Call& call) {
  const int64_t count = count_values(call[0], kMaxSteps);
  return call.frame().charge(count) && call.give_text(base::to_json(call[0]));
}

constexpr auto kForm = Form::function;
constexpr std::array kFunctions = {
    Function{"base64", "base64(x)", kForm, {kAny}, 1, 1, kText, base64},
    Function{"cycle", "cycle(list, i)", kForm, {kList, kInt}, 2, 2, kAny, cycle},
    Function{"digits", "digits(n)", kForm, {kInt}, 1, 1, kText, digits, false},
    Function{"email", "email()", kForm, {}, 0, 0, kText, email, false},
    Function{"hmac", "hmac('sha256', key, x)", kForm, {kText, kAny, kAny}, 3, 3, kText, hmac},
    Function{"int", "int(a, b)", kForm, {kInt, kInt}, 2, 2, kInt, integer, false},
    Function{"name", "name()", kForm, {}, 0, 0, kText, name, false},
    Function{"phone", "phone('DE')", kForm, {kText}, 0, 1, kText, phone, false},
    Function{"pick", "pick(list)", kForm, {kList}, 1, 1, kAny, pick, false},
    Function{"text", "text(n)", kForm, {kInt}, 1, 1, kText, text, false},
    Function{"to_json", "to_json(x)", kForm, {kAny}, 1, 1, kText, json_text},
    Function{"uuid", "uuid()", kForm, {}, 0, 0, kText, uuid, false},
};

}  // namespace

std::span<const Function> journey_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
