#include "boundary/provider_effects.h"

#include <fmt/core.h>

#include "boundary/provider_objects.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

class EffectDoer {
 public:
  explicit EffectDoer(ProviderFrame& frame) : frame_(frame), world_(frame.world()) {}

  Allowed<> operator()(const lang::CreateEffect& create) {
    TRY(const Value with, frame_.fill(create.with));
    TRY_OK(check_map(with));
    // An `id` that the file itself writes counts; one in what a client has sent does not.
    const bool written = !std::holds_alternative<lang::Template>(create.with.form);
    frame_.let_go();
    TRY(Value object, create_object(world_, create.resource, with.as_map(), written, frame_.now()));
    if (create.as) frame_.hold(*create.as, create.resource, std::move(object));
    return {};
  }

  Allowed<> operator()(const lang::UpdateEffect& update) {
    TRY(const ObjectPlace place, find(update.object, update.resource));
    TRY(const Value with, frame_.fill(update.with));
    TRY_OK(check_map(with));
    frame_.let_go();
    TRY_OK(update_object(world_, place, with.as_map(), States::checked));
    return {};
  }

  Allowed<> operator()(const lang::DeleteEffect& remove) {
    TRY(const ObjectPlace place, find(remove.object, remove.resource));
    frame_.let_go();
    delete_object(world_, place);
    return {};
  }

  Allowed<> operator()(const lang::SendEffect& send) {
    ProviderEvent event;
    TRY(event.name, frame_.fill_text(send.event));
    TRY(event.data, frame_.fill(send.data));
    if (send.to) {
      TRY(event.to, frame_.fill_text(*send.to));
    }
    events.push_back(std::move(event));
    return {};
  }

  std::vector<ProviderEvent> events{};

 private:
  Result<> check_map(const Value& with) {
    if (with.is_map()) return {};
    return fail(Code::invalid, "`with` is no map of fields but {}", base::name(with.kind()));
  }

  Result<ObjectPlace> find(const lang::Expression& expression, std::optional<size_t> resource) {
    TRY(const Value object, frame_.evaluate(expression));
    const auto place = object.is_map() ? find_object(world_, object, resource) : std::nullopt;
    if (place) return *place;
    return fail(Code::not_found, "`{}` gives no object that is there", expression.text);
  }

  ProviderFrame& frame_;
  ProviderWorld& world_;
};

Allowed<> do_one(const lang::Effect& effect, ProviderFrame& frame, EffectDoer& doer) {
  if (effect.when) {
    TRY(const bool holds, frame.holds(*effect.when));
    if (!holds) return {};
  }
  TRY_OK(std::visit(doer, effect.does));
  frame.refresh();
  return {};
}

}  // namespace

Allowed<std::vector<ProviderEvent>> do_effects(const std::vector<lang::Effect>& effects,
                                               ProviderFrame& frame) {
  frame.world().changes.clear();
  EffectDoer doer(frame);
  for (const lang::Effect& effect : effects) {
    Allowed<> done = do_one(effect, frame, doer);
    if (done) continue;
    frame.let_go();
    take_back(frame.world());
    frame.refresh();
    Refusal refusal = std::move(done).error();
    refusal.error = base::Error{refusal.error.code, effect.at.to_string(),
                                std::make_shared<const base::Error>(std::move(refusal.error))};
    return std::unexpected(std::move(refusal));
  }
  return std::move(doer.events);
}

}  // namespace peregrine::boundary
