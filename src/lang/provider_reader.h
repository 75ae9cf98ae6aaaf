// Reading a provider's file: what the readers of its parts share. Each part has a file,
// provider_resources.cc, provider_routes.cc, …; provider_file.cc calls them in order.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lang/fields.h"
#include "lang/provider_scope.h"
#include "lang/provider_spec.h"

namespace peregrine::lang {

inline constexpr size_t kMostResources = 200;
inline constexpr size_t kMostFields = 500;  // of a resource
inline constexpr size_t kMostRoutes = 2'000;
inline constexpr size_t kMostReplies = 1'000;
inline constexpr size_t kMostActions = 1'000;
inline constexpr size_t kMostCases = 200;  // of a route
inline constexpr size_t kMostAllCases = 10'000;
inline constexpr size_t kMostLets = 200;     // of a route or an action
inline constexpr size_t kMostEffects = 200;  // of one `do`
inline constexpr size_t kMostRetries = 100;
// Named replies are compiled for each route that names them; so many values in all.
inline constexpr size_t kMostReplyValues = 200'000;

// A value that an effect gives a field, for what check_states() says of it.
struct Assigned {
  size_t resource;
  size_t field;
  std::optional<std::string> value;  // nothing if an expression gives it
  Place at;
  bool creates;
};

struct ProviderReader {
  ProviderSpec& spec;
  Diagnostics& diagnostics;
  const Node* replies = nullptr;  // the map of named replies
  Scope base{};                   // what everything sees: `secrets`, resources
  Scope request{};                // and what a request brings
  std::vector<Assigned> assigned{};
  std::vector<bool> dynamic{};  // of each resource: its objects are also given what no one can tell
  size_t reply_values = 0;
  size_t cases = 0;  // of all routes
  std::set<std::string, std::less<>> used_replies{};

  std::vector<std::string_view> reply_names() const;
};

// `resources`, in two readings: first their names and fields, which all others may name; then what
// is in them. The second makes `assigned`, which check_states() looks at once all effects are read.
void declare_resources(const Node& node, ProviderReader& reader);
void read_resources(const Node& node, ProviderReader& reader);
void read_states(const Node& node, size_t resource, ProviderReader& reader);
void check_states(ProviderReader& reader);
// Reports a field whose default needs itself.
void check_defaults(const Node& fields, const Node* id, ProviderReader& reader);

// A field's or an input's value: `<text|none>`, `<customers>`, or a default.
FieldValue read_field_value(const Node& node, const Names& names, ProviderReader& reader);

// `do`. The names of `as` are known in `scope` from there on.
std::vector<Effect> read_effects(const Node& node, Scope& scope, ProviderReader& reader);
std::vector<Let> read_lets(const Node& node, Scope& scope, ProviderReader& reader);

// A reply written in place, or the name of one. `user` says for whom, where a named one lacks a
// name in this scope: "`GET /v1/customers`". Null when there is a mistake.
ReplyPtr read_reply(const Node& node, const Scope& scope, std::string_view user,
                    ProviderReader& reader);
// The same for `else` and its like, which any request may be answered with.
ReplyPtr read_common_reply(const Node& node, std::string_view user, ProviderReader& reader);
// Names the replies; and, once all else is read, compiles those for use anywhere.
void declare_replies(const Node& node, ProviderReader& reader);
void finish_replies(ProviderReader& reader);

// `require` and `auth`: parts of the request and `else`.
Requirement read_requirement(const Node& node, std::string_view what, const Scope& scope,
                             ProviderReader& reader);

void read_routes(const Node& node, ProviderReader& reader);
Case read_case(const Fields& fields, Scope scope, Route& route, ProviderReader& reader);
void read_actions(const Node& node, ProviderReader& reader);
void read_idempotency(const Node& node, ProviderReader& reader);
void read_webhooks(const Node& node, ProviderReader& reader);

}  // namespace peregrine::lang
