#include "boundary/provider_frame.h"

#include <algorithm>
#include <optional>

#include "boundary/provider_expressions.h"
#include "boundary/provider_objects.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

constexpr std::string_view kNoValue = "what a let that cannot be evaluated does not give";

const std::vector<lang::Let>& no_lets() {
  static const std::vector<lang::Let> kNone;
  return kNone;
}

}  // namespace

ProviderFrame::ProviderFrame(ProviderWorld& world, size_t slots, base::WallTime now,
                             const std::vector<lang::Let>* lets, const ProviderRequest* request)
    : world_(world),
      now_(now),
      lets_(lets ? *lets : no_lets()),
      known_(lets_.size()),
      request_(request),
      size_(std::max(slots, world.spec->slots.resources + world.state.lists.size())) {}

void ProviderFrame::make_slots() {
  if (!slots_.empty()) return;
  slots_.resize(size_);
  held_lists_.resize(world_.state.lists.size());
  slots_[world_.spec->slots.secrets] = world_.secrets;
}

void ProviderFrame::set(lang::Slot slot, Value value) {
  make_slots();
  slots_.at(slot) = std::move(value);
}

void ProviderFrame::hold(lang::Slot slot, size_t resource, Value object) {
  set(slot, std::move(object));
  held_.push_back({slot, resource});
}

void ProviderFrame::let_go() {
  for (size_t i = 0; i < held_lists_.size(); ++i) {
    if (held_lists_[i]) slots_[world_.spec->slots.resources + i] = Value();
    held_lists_[i] = false;
  }
}

void ProviderFrame::refresh() {
  let_go();
  const std::vector<ObjectList>& lists = world_.state.lists;
  for (const Held& held : held_) {
    const Value* id = slots_[held.slot].find("id");
    const auto place = id ? lists[held.resource].find(*id) : std::nullopt;
    if (place) slots_[held.slot] = lists[held.resource][*place];
  }
  for (size_t i = 0; i < lets_.size(); ++i) known_[i] = known_[i] && !lets_[i].live;
}

lang::Context ProviderFrame::context() {
  return {.slots = slots_,
          .random = &world_.state.random,
          .now = now_,
          .zone = world_.zone,
          .references = this};
}

// Whether a let that cannot be evaluated matters is seen by putting two different values in its
// place: what is the same with both does not depend on it.
template <class T, class Evaluated>
auto ProviderFrame::with_lets(const T& what, Evaluated evaluated) -> decltype(evaluated()) {
  std::vector<lang::Slot> failed;
  std::optional<base::Error> why;
  each_expression(what, [&](const lang::Expression& expression) {
    make_slots();
    if (request_) take_parts(expression);
    take_lists(expression);
    for (size_t i = 0; i < lets_.size(); ++i) {
      if (known_[i] || !expression.reads(lets_[i].slot)) continue;
      const Result<> looked_at = look_at(lets_[i]);
      known_[i] = looked_at.has_value();
      if (looked_at) continue;
      failed.push_back(lets_[i].slot);
      if (!why) why = looked_at.error();
    }
  });
  if (failed.empty()) return evaluated();
  const auto put = [&](const Value& value) {
    for (const lang::Slot slot : failed) slots_[slot] = value;
  };
  put(Value());
  const auto first = evaluated();
  put(Value(kNoValue));
  const auto second = evaluated();
  put(Value());
  if (first && second && *first == *second) return first;
  return std::unexpected(*std::move(why));
}

void ProviderFrame::take_parts(const lang::Expression& expression) {
  for (size_t i = 0; i < taken_.size(); ++i) {
    const auto part = static_cast<lang::RequestPart>(i);
    const lang::Slot slot = world_.spec->slots.of(part);
    if (taken_[i] || !expression.reads(slot)) continue;
    slots_[slot] = request_->part(part);
    taken_[i] = true;
  }
}

void ProviderFrame::take_lists(const lang::Expression& expression) {
  for (size_t i = 0; i < held_lists_.size(); ++i) {
    const lang::Slot slot = world_.spec->slots.resources + i;
    if (held_lists_[i] || !expression.reads(slot)) continue;
    slots_[slot] = world_.state.lists[i].value();
    held_lists_[i] = true;
  }
}

const lang::Finder* ProviderFrame::finder(const base::List& list) const {
  const auto found = std::ranges::find_if(
      world_.state.lists, [&](const ObjectList& one) { return &one.objects() == &list; });
  return found == world_.state.lists.end() ? nullptr : &*found;
}

// A let reads only those before it, so this comes to an end.
Result<> ProviderFrame::look_at(const lang::Let& let) {
  Result<Value> value = evaluate(let.value);
  if (!value) {
    return base::because(std::move(value).error(),
                         fmt::format("`{}` cannot be evaluated", let.name));
  }
  slots_[let.slot] = *std::move(value);
  return {};
}

Result<Value> ProviderFrame::evaluate(const lang::Expression& expression) {
  return with_lets(expression, [&] { return expression.evaluate(context()); });
}

Result<bool> ProviderFrame::holds(const lang::Expression& expression) {
  TRY(const Value value, evaluate(expression));
  if (value.is_bool()) return value.as_bool();
  return fail(Code::invalid, "`{}` is neither true nor false but {}", expression.text,
              base::name(value.kind()));
}

Result<Value> ProviderFrame::fill(const lang::Template& text) {
  return with_lets(text, [&] { return text.fill(context()); });
}

Result<std::string> ProviderFrame::fill_text(const lang::Template& text) {
  return with_lets(text, [&] { return text.fill_text(context()); });
}

Result<Value> ProviderFrame::fill(const lang::Shape& shape) {
  return with_lets(shape, [&] { return shape.fill(context()); });
}

Result<bool> ProviderFrame::fits(const lang::Pattern& pattern, const Value* actual) {
  return with_lets(pattern, [&] { return world_.fits(pattern, actual, context()); });
}

// An object does not tell of which resource it is: it is one that has such an object, with the same
// reference in this field.
Value ProviderFrame::follow(const base::Map& object, std::string_view field) const {
  const Value* held = object.find(field);
  const Value* id = object.find("id");
  if (!held || !id) return held ? *held : Value();
  for (size_t i = 0; i < world_.state.lists.size(); ++i) {
    const lang::Resource& resource = world_.spec->resources[i];
    const auto index = resource.find_field(field);
    const auto* kind =
        index ? std::get_if<lang::GivenKind>(&resource.fields[*index].value) : nullptr;
    if (!kind || kind->references.empty()) continue;
    const ObjectList& list = world_.state.lists[i];
    const auto place = list.find(*id);
    const Value* its = place ? list[*place].find(field) : nullptr;
    if (!its || *its != *held) continue;
    for (const size_t reference : kind->references) {
      const ObjectList& referred = world_.state.lists[reference];
      if (const auto at = referred.find(*held)) return referred[*at];
    }
  }
  return *held;
}

}  // namespace peregrine::boundary
