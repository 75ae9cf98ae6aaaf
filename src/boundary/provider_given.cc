// What is given to fields and inputs, converted to what they must be.
#include <fmt/core.h>

#include <charconv>

#include "base/json.h"
#include "base/rfc3339.h"
#include "boundary/provider_objects.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

bool is_of_kind(const ProviderWorld& world, const std::string& kind, const Value& value) {
  const lang::Pattern pattern{lang::Pattern::Kinds{{kind}}, {}};
  const Result<bool> fits = world.fits(pattern, &value, {});
  return fits && *fits;
}

// The value as this kind, if its text says one.
std::optional<Value> as_kind(std::string_view kind, const Value& value) {
  const bool plain = value.is_text() || value.is_number() || value.is_bool() ||
                     value.kind() == base::Kind::timestamp;
  if (!plain) return std::nullopt;
  const std::string text = lang::to_text(value);
  if (kind == "text") return Value(text);
  if (kind == "bool" && (text == "true" || text == "false")) return Value(text == "true");
  if (kind == "instant") {
    const auto instant = base::parse_rfc3339(text);
    if (instant) return Value(*instant);
  }
  if (kind != "int" && kind != "number" && kind != "float") return std::nullopt;
  const Result<Value> number = base::parse_json(text);
  if (!number || !number->is_number()) return std::nullopt;
  if (kind == "int" && number->kind() != base::Kind::int64) return std::nullopt;
  return *number;
}

std::string words_of(const ProviderWorld& world, const lang::GivenKind& kind) {
  std::string words;
  const auto add = [&](std::string_view word) {
    words += (words.empty() ? "" : "|") + std::string(word);
  };
  for (const size_t reference : kind.references) add(world.spec->resources[reference].name);
  for (const std::string& name : kind.names) add(name);
  return words;
}

// The id of what is referred to, an object or an id.
std::optional<Value> as_reference(const ProviderWorld& world, const lang::GivenKind& kind,
                                  const Value& given) {
  const Value* id = given.is_map() ? given.find("id") : &given;
  if (!id || id->is_list() || id->is_null()) return std::nullopt;
  for (const size_t reference : kind.references) {
    const ObjectList& list = world.state.lists[reference];
    if (const auto place = list.find(*id)) return *list[*place].find("id");
  }
  return std::nullopt;
}

}  // namespace

Result<Value> convert_given(const ProviderWorld& world, const lang::GivenKind& kind,
                            const Value* given, std::string_view what) {
  if (!given || given->is_null()) {
    if (kind.optional) return Value();
    return fail(Code::not_found, "{} is not given; it has to be <{}>", what, words_of(world, kind));
  }
  if (auto id = as_reference(world, kind, *given)) return *std::move(id);
  for (const std::string& name : kind.names) {
    // An instant is one from here on, however it was written.
    if (name == "instant" && given->is_text()) continue;
    if (is_of_kind(world, name, *given)) return *given;
  }
  for (const std::string& name : kind.names) {
    if (auto converted = as_kind(name, *given)) return *std::move(converted);
  }
  const Value* id = given->is_map() ? given->find("id") : given;
  if (kind.names.empty() && id) {
    return fail(Code::not_found, "{} is <{}>, and there is none with the id `{}`", what,
                words_of(world, kind), lang::to_text(*id));
  }
  return fail(Code::invalid, "{} is <{}>, not {}", what, words_of(world, kind),
              base::name(given->kind()));
}

}  // namespace peregrine::boundary
