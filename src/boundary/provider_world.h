// What a provider is at one moment, apart from all I/O: its spec, its secrets, and its state, which
// requests, actions and the clock change.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/value.h"
#include "boundary/provider.h"
#include "boundary/provider_list.h"
#include "boundary/provider_memory.h"
#include "lang/provider_spec.h"

namespace peregrine::boundary {

inline constexpr size_t kMostObjects = 100'000;  // of a resource

// Lists share what they hold, so a copy of all this is cheap.
struct ProviderState {
  std::vector<ObjectList> lists;  // of each resource its objects
  base::Random random;            // what ids and other values are drawn from
  ProviderMemory memory{};        // of idempotency keys
  // Of an object (its resource, its id as text) the instant of `at` that was acted on last.
  std::map<std::pair<size_t, std::string>, base::WallTime> acted{};
};

// What was done to an object, so that it can be taken back.
struct ObjectChange {
  enum class What { created, updated, deleted } what;
  size_t resource;
  size_t index;
  base::Value before{};  // of an update and a deletion
};

struct ProviderWorld {
  std::shared_ptr<const lang::ProviderSpec> spec;
  std::string zone;
  Fits fits;
  base::Value secrets;
  ProviderState state;
  // Of the effects or the action that are being done.
  std::vector<ObjectChange> changes{};
};

// A reason why effects cannot happen. With a reply it is one that the file gives (a state that
// cannot follow, a value that is there already); without, a mistake of whoever asked or of the
// file.
struct Refusal {
  Refusal(base::Error its_error) : error(std::move(its_error)) {}
  Refusal(base::Error its_error, lang::ReplyPtr its_reply)
      : error(std::move(its_error)), reply(std::move(its_reply)) {}

  base::Error error;
  lang::ReplyPtr reply;
};
template <class T = void>
using Allowed = std::expected<T, Refusal>;

// What `send` asks for: a webhook that is not made yet.
struct ProviderEvent {
  std::string name;
  base::Value data;
  std::string to;  // a URL; empty: where the system says
};

}  // namespace peregrine::boundary
