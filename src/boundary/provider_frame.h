// Where the expressions of a provider's file are evaluated: the slots that lang/provider_spec.h
// describes, kept true while effects change what they show.
//
//   - The lists of resources are those of the world, as they are now; held from when something
//     first reads them until let_go(), for a list that is held is copied when it changes.
//   - A name that holds an object (`as`, an input, `this`) holds it as it is now; once it is
//     deleted, as it was.
//   - A part of the request is made when something first reads it.
//   - A `let` is looked at when something first reads it. One that cannot be evaluated hurts only
//     what depends on it: `missing || late` is true where `missing` is, whatever `late` is.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "boundary/provider_request.h"
#include "boundary/provider_world.h"
#include "lang/context.h"
#include "lang/provider_spec.h"

namespace peregrine::boundary {

class ProviderFrame final : public lang::References {
 public:
  // The world, the lets and the request outlive it.
  ProviderFrame(ProviderWorld& world, size_t slots, base::WallTime now,
                const std::vector<lang::Let>* lets = nullptr,
                const ProviderRequest* request = nullptr);

  ProviderWorld& world() { return world_; }
  base::WallTime now() const { return now_; }
  void set_now(base::WallTime now) { now_ = now; }

  void set(lang::Slot slot, base::Value value);
  // The name of an object of this resource.
  void hold(lang::Slot slot, size_t resource, base::Value object);
  // Holds no list of the world's any more.
  void let_go();
  // Something has changed in the world.
  void refresh();

  base::Result<base::Value> evaluate(const lang::Expression& expression);
  // A condition.
  base::Result<bool> holds(const lang::Expression& expression);
  base::Result<base::Value> fill(const lang::Template& text);
  base::Result<std::string> fill_text(const lang::Template& text);
  base::Result<base::Value> fill(const lang::Shape& shape);
  base::Result<bool> fits(const lang::Pattern& pattern, const base::Value* actual);

  base::Value follow(const base::Map& object, std::string_view field) const override;
  const lang::Finder* finder(const base::List& list) const override;

 private:
  struct Held {
    lang::Slot slot;
    size_t resource;
  };

  // Comes before anything reads or sets a slot: an answer without expressions needs none.
  void make_slots();
  lang::Context context();
  // Looks at the lets that it reads, and gives what `evaluated` makes of it then.
  template <class T, class Evaluated>
  auto with_lets(const T& what, Evaluated evaluated) -> decltype(evaluated());
  base::Result<> look_at(const lang::Let& let);
  void take_parts(const lang::Expression& expression);
  void take_lists(const lang::Expression& expression);

  ProviderWorld& world_;
  base::WallTime now_;
  const std::vector<lang::Let>& lets_;
  std::vector<bool> known_;  // of the lets
  const ProviderRequest* request_;
  std::array<bool, ProviderRequest::kParts> taken_{};  // of its parts
  std::vector<bool> held_lists_;
  size_t size_;  // of the slots, once there are any
  std::vector<base::Value> slots_;
  std::vector<Held> held_;
};

}  // namespace peregrine::boundary
