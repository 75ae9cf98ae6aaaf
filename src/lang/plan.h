// The plan: a journey compiled. Immutable, shared by all who play it, slots instead of names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json_selection.h"
#include "base/time.h"
#include "lang/boundary_actions.h"
#include "lang/command.h"
#include "lang/headers.h"
#include "lang/json_template.h"
#include "lang/kept_order.h"
#include "lang/load_spec.h"
#include "lang/names.h"
#include "lang/not_playable.h"
#include "lang/pattern.h"
#include "lang/race_spec.h"
#include "lang/template.h"

namespace peregrine::lang {

// `get: /path`, `post: …`: one HTTP request.
struct HttpAction {
  std::string method;   // "GET"
  std::string service;  // by its name in system.yaml; empty when `target` says it is a full URL
  Template target;      // "/path" or "http://…"; what begins with `${` may come to be either
  HeaderTemplates headers;
  std::optional<Shape> query;
  std::optional<JsonTemplate> json;
  std::optional<Shape> form;
  std::optional<Template> body;
  std::optional<Shape> multipart;
  bool follow = false;
};

// `sql: select …`: one query; each `${expr}` has become a parameter.
struct SqlAction {
  std::string database;
  std::string text;  // with $1, $2, …
  struct Parameter {
    Expression value;
    bool json;  // a list is JSON for it, not an array
  };
  std::vector<Parameter> parameters;
};

// `redis: GET greeting`: one command; each `${expr}` is of one word.
struct RedisAction {
  std::string database;
  Command command;
};

// `check: CEL`: true, unless `expect` says other.
struct CheckAction {
  Expression value;
};

// `exec: ./tool arg`: the user's own program.
struct ExecAction {
  Command command;
  std::string folder;  // where it runs: that of the file
  std::optional<Shape> input;
};

// `log: api`: what a service has written to its log since the play began.
struct LogAction {
  std::string service;
};

// `mail: address`: what services have sent there since the play began.
struct MailAction {
  Template address;
};

// `sms: number`: what a third party was asked to deliver there since the play began.
struct SmsAction {
  Template number;
};

// `open: /ws`: a stream of messages, which the steps behind it name.
struct OpenAction {
  enum class Kind { websocket, events };
  HttpAction handshake;      // a GET; its target may also be "ws://…"
  std::optional<Kind> kind;  // nothing: events for "http://…", else a WebSocket
  std::string name;
  Slot stream;
};

// `send: s`: one message; of these one.
struct SendAction {
  std::string name;
  Slot stream;
  std::optional<Template> text;
  std::optional<Shape> json;
  std::optional<Template> body;  // sent as bytes
};

// `receive: s`: what has come since it was opened.
struct ReceiveAction {
  std::string name;
  Slot stream;
};

// `close: s`
struct CloseAction {
  std::string name;
  Slot stream;
};

struct Step;
using Steps = std::vector<Step>;

// `together:` branches that begin at one instant. `times` is how often the only one is played.
struct TogetherAction {
  // A branch, and what it saves, for `outcomes`.
  struct Branch {
    Steps steps;
    std::vector<std::pair<std::string, Slot>> names;
  };
  std::vector<Branch> branches;
  int64_t times = 1;
};

// `each: s in stages`: its steps for each element.
struct EachAction {
  Slot element;
  Expression list;
  Steps steps;
};

// `repeat: [steps]` until an expression holds, at most `max` times.
struct RepeatAction {
  Steps steps;
  Expression until;
  int64_t max = 1;
};

// `use: part.yaml`: the steps of a part, compiled for this place.
struct UseAction {
  struct Input {
    std::string name;
    Slot slot;
    Shape value;
    Pattern kind;  // what `needs` asks of it
  };
  std::string part;
  std::vector<Input> inputs;
  Steps steps;
  std::vector<std::pair<std::string, Slot>> outputs;  // of `gives`
};

// `page:` what somebody does in a browser of his own, one after the other.
struct PageAction {
  enum class Kind { visit, fill, click, press, answer, see, gone, shot };
  struct Act {
    Kind kind;
    std::string text;                   // as it is written: "click: Sign in"
    Template what{};                    // a label, a text, keys, a picture's name; not of `visit`
    std::optional<HttpAction> visit{};  // the request that it begins with
    std::optional<Shape> value{};       // of `fill`
    std::optional<Template> in{};       // a text that stands beside what is meant
    std::optional<Pattern> fits{};      // of `see` and `gone`: of `/re/`
  };
  std::vector<Act> acts;
};

// The verbs. Adding one: a struct here, a reader in lang/verb_NAME.cc, a player in play/.
using Action = std::variant<HttpAction, SqlAction, RedisAction, CheckAction, ExecAction, LogAction,
                            MailAction, SmsAction, OpenAction, SendAction, ReceiveAction,
                            CloseAction, TogetherAction, EachAction, RepeatAction, UseAction,
                            ThirdPartyAction, SentAction, FailAction, ClockAction, PageAction>;

// Something that a step sees once it is played: `status`, `json`, `rows`, …
struct Seen {
  std::string name;
  Slot slot;
  bool read = false;           // by an expectation or a `save` of this step
  base::JsonSelection part{};  // of a JSON body: as much of it as is read
};

struct Expectation {
  size_t seen;  // index into Step::seen
  Pattern pattern;
};

struct Save {
  Slot slot;
  std::optional<std::string> member;  // of an actor: `me.token`
  std::string name;                   // as written
  Expression from;
};

struct Step {
  Place at;
  std::string sentence;  // `step:`, or the verb and its value where there is none
  Action action;
  std::optional<size_t> person;  // of Plan::persons: who does it; nobody otherwise
  std::string skip;              // why it is not played; empty when it is
  std::optional<Expression> when;
  std::vector<Seen> seen;
  std::optional<Expression> where;  // over one element of a list that the verb sees
  // Over one message of `receive`: when it was sent, from which its latency is counted then.
  std::optional<Expression> sent_at;
  std::vector<Expectation> expect;
  std::vector<Expectation> lost;
  std::vector<Save> save;
  std::vector<Slot> reads;  // what its own expressions read, not those of steps in it
  bool only_looks = false;  // where many play, it need not be played in every play (looks.h)
  std::optional<base::Duration> within;
  std::optional<base::Duration> stays;
  int64_t times = 1;
  base::Duration timeout = std::chrono::seconds(10);
};

// What the steps save under names of the journey, those of their loops included.
std::vector<std::pair<std::string, Slot>> saved_names(const Steps& steps);

// Whether a step, or one of the steps in it, may set this slot from outside of a branch.
bool may_set(const Steps& steps, Slot slot);

struct Datum {
  Slot slot;
  std::string name;
  Place at;
  Shape value;
};

// Somebody of a journey: an actor of the system under a name of his own. His slot holds a map of
// his data and of what is saved for him.
struct Person {
  std::string name;
  Slot slot;
  std::vector<Datum> data;  // `slot` of a datum is not used; `name` is the member
  Steps login;
  std::optional<Expression> expires;
  std::vector<std::pair<std::string, Template>> headers;
};

// True after every play, whatever was played.
struct Invariant {
  std::string name;
  Step step;
  bool always = false;       // in the middle of a play too
  bool own = false;          // the journey's: it may read names that `given` and `data` give
  bool of_one_play = false;  // it reads what `data` and `steps` give, which each play has anew
};

// What is done once when a stage of the journey's own load begins.
struct StagedSteps {
  size_t stage;  // in LoadSpec::stages
  Steps steps;   // that move the clock or let a third party fail
};

struct Plan {
  std::shared_ptr<const Source> source;
  int line = 1;  // of `journey:`
  std::string name;
  std::vector<std::string> covers;
  std::vector<std::string> tags;
  std::string skip;                     // why it is not played; empty when it is
  std::vector<std::string> only_in;     // environments; all when empty
  std::optional<base::WallTime> clock;  // where it begins, over the system's
  bool moves_clock = false;             // a step of it does
  bool browses = false;                 // the same, in a browser
  std::vector<Person> persons;
  std::vector<Slot> reads;  // what its data and those of its persons read, their headers too
  // Third parties that expressions read: a map of their resources.
  std::vector<std::pair<std::string, Slot>> providers;
  std::vector<std::string> unspoken;  // those of which no step and no invariant speaks
  Steps given;
  std::vector<Datum> data;
  Steps steps;
  Steps then;
  Steps finally;
  std::vector<Invariant> invariants;
  std::vector<std::pair<std::string, Slot>> names;  // of its data and of what its steps save
  std::optional<LoadSpec> load;
  std::vector<StagedSteps> staged;  // by what its load's stages begin with
  std::optional<RaceSpec> race;     // `race`, or of a journey that has none but a `together`, its
  std::optional<Slot> account;      // of each user, who is given one by `load`
  std::optional<KeptOrder> kept;    // it is of a file that keeps an order of a journey's race
  std::vector<NotPlayable> not_playable;
  std::vector<EnvRead> env_reads;  // by it, its parts and actors
  size_t slots = 0;

  // Slots of the names that the player itself gives values to.
  struct Known {
    Slot env;
    Slot index;
    Slot round;
    Slot plays;
  } known{};
};

// How many contend in a race of it; 0: it has none.
size_t count_contenders(const Plan& plan);

}  // namespace peregrine::lang
