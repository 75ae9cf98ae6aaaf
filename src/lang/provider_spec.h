// A provider compiled: a third party's API as Peregrine is to play it. Immutable; shared by all who
// play it; slots instead of names. docs/language.md says what each key means; this says what
// whoever plays it needs beside.
//
// Slots. Every frame begins alike: `secrets` (a map), then a list for each resource, in their
// order. A route's frame goes on with the request (see ProviderSlots), then its `let`s and `as`
// names; an action's with its inputs. So a reply, a resource's default and a route see the same
// objects at the same place. In these lists an object is a map of its `id` and its fields; a
// reference is held as the id of what it refers to.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "lang/headers.h"
#include "lang/pattern.h"
#include "lang/provider_effect.h"
#include "lang/provider_reply.h"
#include "lang/route_pattern.h"
#include "lang/template.h"

namespace peregrine::lang {

struct Secret {
  std::string name;
  Place at;
  Template value;  // made once, when the provider starts; may read `env`, slot 0 of its own frame
};

// What a field or an input must be given: `<text|none>`, `<customers>`. What is given is converted:
// "12" of a form is an <int>.
struct GivenKind {
  std::vector<std::string> names;  // "text", "int", …
  std::vector<size_t> references;  // resources: an object of one of them, or its id
  bool optional = false;           // `none`: may be absent or null
};

// A default, or what must be given.
using FieldValue = std::variant<Shape, GivenKind>;

struct Field {
  std::string name;
  Place at;
  FieldValue value;  // a default may speak of `this`: what is given, and other defaults
};

// What may become of a field's value. A value that is no key here remains.
struct StateGraph {
  struct Step {
    std::string from;
    Place at;
    std::vector<std::string> to;
  };
  size_t field;
  Place at;
  std::vector<Step> steps;
  ReplyPtr otherwise;  // in a request's frame
};

struct Unique {
  std::vector<size_t> fields;  // together
  Place at;
  ReplyPtr otherwise;
};

struct Resource {
  std::string name;
  Place at;
  Template id;  // may speak of `this`
  std::vector<Field> fields;
  std::vector<StateGraph> states;
  std::vector<Unique> unique;
  std::optional<Expression> due;  // `at`: an instant or null
  std::vector<Effect> effects;    // what it does then
  Slot self = 0;                  // `this`
  size_t slots = 0;

  std::optional<size_t> find_field(std::string_view field) const;
};

// `let`: looked at when it is first read. One that reads resources, itself or through another, is
// looked at anew after every effect, so that it tells what became of them.
struct Let {
  Slot slot;
  std::string name;
  Place at;
  Expression value;
  bool live;
};

// In the order in which a frame has them (see ProviderSlots), and as a file names them.
enum class RequestPart { path, query, form, json, headers, text };
inline constexpr std::array<std::string_view, 6> kRequestParts = {"path", "query",   "form",
                                                                  "json", "headers", "text"};

// What a request must be like, by parts, and the answer to one that is not.
struct Requirement {
  Place at;
  std::vector<std::pair<RequestPart, Pattern>> parts;
  ReplyPtr otherwise;
};

// `list`: the part of a list that the request asks for, as `page` with `items` and `more`.
struct Listing {
  Expression of;
  std::optional<std::string> order;  // a field; without, in the order of creation
  bool descending = false;
  std::optional<Expression> after;  // ids
  std::optional<Expression> before;
  std::optional<Expression> limit;
  int64_t default_limit = 0;
  Slot page = 0;
};

// `wait`: the answer is held until this holds, at most so long.
struct Wait {
  Expression until;
  Template within;              // "30s"
  ReplyPtr replaced = nullptr;  // what a later wait on the same path ends this one with
};

// `exec`: the user's own program answers. It gets the request as JSON.
struct ExecAnswer {
  Place at;
  Template command;
};

struct Case {
  Place at;
  std::optional<Expression> when;
  std::vector<Effect> effects;
  std::optional<Wait> wait;
  std::optional<Listing> listing;
  std::variant<ReplyPtr, ExecAnswer> answer;
};

struct Route {
  Place at;
  std::string method;  // "GET"
  RoutePattern path;
  std::string name;  // may be empty
  std::vector<Let> lets;
  std::vector<Requirement> requirements;
  std::vector<Case> cases;  // at least one; the last has no `when`
  size_t slots = 0;

  std::string title() const { return method + " " + path.text; }
};

struct ActionInput {
  Slot slot;
  std::string name;
  Place at;
  FieldValue value;  // of a reference the slot holds the object
};

struct ProviderAction {
  std::string name;
  Place at;
  std::vector<ActionInput> inputs;
  std::vector<Let> lets;
  std::vector<Effect> effects;
  size_t slots = 0;
};

// `idempotency`: a request with a key that was seen gets the answer it got then.
struct Idempotency {
  Expression key;  // null: the request has none
  base::Duration keep;
  ReplyPtr differs;  // another request with the same key; null: it gets the first one's answer
};

// How webhooks are signed; the schemes differ in what they take and where they put it.
struct Signature {
  enum class Scheme {
    stripe,    // Stripe-Signature: t=<s>,v1=<hex HMAC-SHA256(secret, t + "." + body)>
    retell,    // x-retell-signature: v=<ms>,d=<hex HMAC-SHA256(secret, body + ms)>
    sendgrid,  // ECDSA P-256 over timestamp + body, in two headers
    hmac,      // <header>: <prefix><hex HMAC(secret, body)>
    twilio,    // X-Twilio-Signature: base64 HMAC-SHA1(secret, URL + each name and value, sorted)
    token,     // <header>: <secret>
  };
  Scheme scheme;
  Place at;
  Template secret;
  std::string header;     // of hmac and token
  std::string algorithm;  // of hmac: "sha1", "sha256", "sha512"
  std::string prefix;     // of hmac
};

struct Webhooks {
  std::optional<Signature> sign;
  HeaderTemplates headers;
  Shape body;  // sent as JSON, or as a form
  bool form = false;
  std::vector<base::Duration> retry;  // waits before each further attempt
  Slot event = 0;                     // its name
  Slot data = 0;                      // what `send` says `with`
  size_t slots = 0;
};

// Where every frame has what a request brings.
struct ProviderSlots {
  Slot secrets = 0;
  Slot resources = 1;  // the first one's
  Slot request = 0;    // that of RequestPart::path; the others follow in their order
  size_t size = 0;     // of a frame for what any request sees: `auth`, named replies

  Slot of(RequestPart part) const { return request + static_cast<Slot>(part); }
};

struct ProviderSpec {
  std::shared_ptr<const Source> source;
  std::string name;
  std::vector<std::string> hosts;
  std::vector<Secret> secrets;
  size_t secret_slots = 0;
  std::vector<EnvRead> env_reads;  // by its secrets
  std::optional<Requirement> auth;
  std::optional<Idempotency> idempotency;
  std::vector<Resource> resources;
  std::vector<Route> routes;
  std::vector<NamedReply> replies;
  std::vector<ProviderAction> actions;
  std::optional<Webhooks> webhooks;
  // The text messages that it carries, as `sms:` sees them: a list of maps with `to` and `text`, in
  // a frame of what every frame begins with.
  std::optional<Expression> sms;
  ProviderSlots slots;

  // Null, or nothing, where there is none.
  const ProviderAction* find_action(std::string_view action) const;
  const NamedReply* find_reply(std::string_view reply) const;
  std::optional<size_t> find_resource(std::string_view resource) const;
  // By `name`, or by method and path as the file writes them: "POST /v1/customers".
  const Route* find_route(std::string_view written) const;
  // The route that a request with this path goes to: of several the one with most literal text.
  const Route* route_of(std::string_view method, std::string_view path) const;

  // For suggestions. What every provider can do, `put` and `remove`, is among the actions.
  std::vector<std::string_view> action_names() const;
  std::vector<std::string_view> reply_names() const;
  std::vector<std::string_view> resource_names() const;
  std::vector<std::string> route_names() const;
};

// The actions of every provider: what `put` gives and `remove` takes are resources.
bool is_common_action(std::string_view name);

}  // namespace peregrine::lang
