#include "boundary/provider_objects.h"

#include <fmt/core.h>

#include <algorithm>
#include <ranges>

#include "base/json.h"
#include "boundary/provider_expressions.h"
#include "boundary/provider_frame.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::List;
using base::Map;
using base::Result;
using base::Value;

namespace {

// Draws of an id before it is said that there are none left.
constexpr int kMostDraws = 10;

template <class T>
bool reads(const T& what, lang::Slot slot) {
  bool found = false;
  each_expression(what, [&](const lang::Expression& each) { found = found || each.reads(slot); });
  return found;
}

// What a default's literal is of takes a text of a form as that: "true" for `live: false`.
Value like_default(const lang::Shape& usual, const Value& given) {
  const auto* scalar = std::get_if<lang::Template>(&usual.form);
  const Value* literal = scalar ? scalar->literal() : nullptr;
  if (!literal || !given.is_text()) return given;
  if (literal->is_bool() && given.as_text() == "true") return Value(true);
  if (literal->is_bool() && given.as_text() == "false") return Value(false);
  if (!literal->is_number()) return given;
  const Result<Value> number = base::parse_json(given.as_text());
  return number && number->is_number() ? *number : given;
}

Result<Value> convert_field(const ProviderWorld& world, const lang::Field& field,
                            const Value* given) {
  if (const auto* kind = std::get_if<lang::GivenKind>(&field.value)) {
    return convert_given(world, *kind, given, fmt::format("the field `{}`", field.name));
  }
  return like_default(std::get<lang::Shape>(field.value), *given);
}

// Makes one object: first what is given, then defaults, those last that speak of `this`.
class Maker {
 public:
  Maker(ProviderWorld& world, size_t resource, const Map& with, base::WallTime now)
      : world_(world),
        resource_(world.spec->resources[resource]),
        with_(with),
        frame_(world, resource_.slots, now) {}

  Result<Value> make(bool take_id) {
    values_.resize(resource_.fields.size() + 1);
    const Value* id = take_id ? with_.find("id") : nullptr;
    if (id && !id->is_null()) values_[0] = *id;
    for (size_t i = 0; i < resource_.fields.size(); ++i) {
      const lang::Field& field = resource_.fields[i];
      const Value* given = with_.find(field.name);
      if (!given && !std::holds_alternative<lang::GivenKind>(field.value)) continue;
      TRY(values_[i + 1], convert_field(world_, field, given));
    }
    frame_.set(resource_.self, so_far());
    TRY_OK(fill_those(false));
    TRY_OK(fill_those(true));
    return so_far();
  }

 private:
  // Those that need others are tried again once these are there.
  Result<> fill_those(bool of_this) {
    for (;;) {
      bool missing = false, made = false;
      std::optional<base::Error> why;
      for (size_t i = 0; i < values_.size(); ++i) {
        if (values_[i] || speaks_of_this(i) != of_this) continue;
        Result<Value> value = fill(i);
        if (!value && value.error().code != Code::not_found) {
          return std::unexpected(std::move(value).error());
        }
        if (!value) {
          missing = true;
          why = std::move(value).error();
          continue;
        }
        values_[i] = *std::move(value);
        made = true;
        frame_.set(resource_.self, so_far());
      }
      if (!missing) return {};
      if (!made) return std::unexpected(*std::move(why));
    }
  }

  bool speaks_of_this(size_t i) const {
    if (i == 0) return reads(resource_.id, resource_.self);
    const auto* usual = std::get_if<lang::Shape>(&resource_.fields[i - 1].value);
    return usual && reads(*usual, resource_.self);
  }

  Result<Value> fill(size_t i) {
    if (i == 0) return frame_.fill(resource_.id);
    return frame_.fill(std::get<lang::Shape>(resource_.fields[i - 1].value));
  }

  Value so_far() const {
    std::vector<Map::Entry> entries;
    if (values_[0]) entries.emplace_back("id", *values_[0]);
    for (size_t i = 1; i < values_.size(); ++i) {
      if (values_[i]) entries.emplace_back(resource_.fields[i - 1].name, *values_[i]);
    }
    return Value(Map::of_distinct(std::move(entries)));
  }

  ProviderWorld& world_;
  const lang::Resource& resource_;
  const Map& with_;
  ProviderFrame frame_;
  std::vector<std::optional<Value>> values_;  // the id, then the fields
};

// Null is nobody's: two without a value do not collide.
bool same_fields(const lang::Resource& resource, const lang::Unique& unique, const Value& a,
                 const Value& b) {
  return std::ranges::all_of(unique.fields, [&](size_t field) {
    const Value* one = a.find(resource.fields[field].name);
    const Value* other = b.find(resource.fields[field].name);
    return one && other && !one->is_null() && *one == *other;
  });
}

// `except` is the object's own place.
Allowed<> check_unique(const ProviderWorld& world, size_t index, const Value& object,
                       size_t except) {
  const lang::Resource& resource = world.spec->resources[index];
  const List& others = world.state.lists[index].objects();
  for (const lang::Unique& unique : resource.unique) {
    for (size_t i = 0; i < others.size(); ++i) {
      if (i == except || !same_fields(resource, unique, object, others[i])) continue;
      std::string names;
      for (const size_t field : unique.fields) {
        names += fmt::format("{}`{}`", names.empty() ? "" : ", ", resource.fields[field].name);
      }
      return std::unexpected(Refusal(
          {Code::refused, fmt::format("another of `{}` has the same {}", resource.name, names)},
          unique.otherwise));
    }
  }
  return {};
}

Allowed<> check_states(const lang::Resource& resource, const Value& before, const Value& after) {
  for (const lang::StateGraph& graph : resource.states) {
    const std::string& name = resource.fields[graph.field].name;
    const Value* from = before.find(name);
    const Value* to = after.find(name);
    if (!from || !to || *from == *to || from->is_null()) continue;
    const std::string was = lang::to_text(*from), is = lang::to_text(*to);
    const auto step = std::ranges::find(graph.steps, was, &lang::StateGraph::Step::from);
    if (step != graph.steps.end() && std::ranges::find(step->to, is) != step->to.end()) continue;
    return std::unexpected(Refusal(
        {Code::refused,
         fmt::format("`{}` of `{}` cannot become `{}` from `{}`", name, resource.name, is, was)},
        graph.otherwise));
  }
  return {};
}

}  // namespace

std::optional<ObjectPlace> find_object(const ProviderWorld& world, const Value& object,
                                       std::optional<size_t> resource) {
  const Value* id = object.find("id");
  if (!id) return std::nullopt;
  std::optional<ObjectPlace> like;
  for (size_t i = 0; i < world.state.lists.size(); ++i) {
    if (resource && *resource != i) continue;
    const auto place = world.state.lists[i].find(*id);
    if (!place) continue;
    // The very object, which two resources with the same ids may both seem to have.
    if (&world.state.lists[i][*place].as_map() == &object.as_map()) {
      return ObjectPlace{i, *place};
    }
    if (!like) like = ObjectPlace{i, *place};
  }
  return like;
}

Allowed<Value> create_object(ProviderWorld& world, size_t resource, const Map& with, bool take_id,
                             base::WallTime now) {
  const lang::Resource& its = world.spec->resources[resource];
  ObjectList& list = world.state.lists[resource];
  if (list.size() >= kMostObjects) {
    return fail(Code::limit, "more than {} of `{}`", kMostObjects, its.name);
  }
  Result<Value> object;
  for (int draw = 0;; ++draw) {
    object = Maker(world, resource, with, now).make(take_id);
    if (!object) return base::because(object.error(), fmt::format("create: {}", its.name));
    const Value* id = object->find("id");
    if (!list.find(*id)) break;
    if (draw + 1 < kMostDraws) continue;
    return fail(Code::invalid, "there is one of `{}` with the id `{}` already", its.name,
                lang::to_text(*id));
  }
  if (auto unique = check_unique(world, resource, *object, SIZE_MAX); !unique) {
    return std::unexpected(std::move(unique).error());
  }
  world.changes.push_back({ObjectChange::What::created, resource, list.size()});
  list.insert(list.size(), *object);
  return *std::move(object);
}

Allowed<Value> update_object(ProviderWorld& world, ObjectPlace place, const Map& with,
                             States states) {
  const lang::Resource& resource = world.spec->resources[place.resource];
  const Value before = world.state.lists[place.resource][place.index];
  base::MapBuilder changed(before.as_map());
  for (const lang::Field& field : resource.fields) {
    const Value* given = with.find(field.name);
    if (!given) continue;
    Result<Value> value = convert_field(world, field, given);
    if (!value) return base::because(value.error(), fmt::format("update: {}", resource.name));
    changed.set(field.name, *std::move(value));
  }
  Value after(changed.build());
  if (states == States::checked) {
    if (auto allowed = check_states(resource, before, after); !allowed) {
      return std::unexpected(std::move(allowed).error());
    }
  }
  if (auto unique = check_unique(world, place.resource, after, place.index); !unique) {
    return std::unexpected(std::move(unique).error());
  }
  world.changes.push_back({ObjectChange::What::updated, place.resource, place.index, before});
  world.state.lists[place.resource].replace(place.index, after);
  return after;
}

void delete_object(ProviderWorld& world, ObjectPlace place) {
  ObjectList& list = world.state.lists[place.resource];
  world.changes.push_back(
      {ObjectChange::What::deleted, place.resource, place.index, list[place.index]});
  list.remove(place.index);
}

void take_back(ProviderWorld& world) {
  for (auto& [what, resource, index, before] : world.changes | std::views::reverse) {
    ObjectList& list = world.state.lists[resource];
    switch (what) {
      case ObjectChange::What::created:
        list.remove(index);
        break;
      case ObjectChange::What::updated:
        list.replace(index, std::move(before));
        break;
      case ObjectChange::What::deleted:
        list.insert(index, std::move(before));
        break;
    }
  }
  world.changes.clear();
}

}  // namespace peregrine::boundary
