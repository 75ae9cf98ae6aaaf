// The plan: a journey compiled. Immutable, shared by all who play it, slots instead of names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "lang/headers.h"
#include "lang/names.h"
#include "lang/not_playable.h"
#include "lang/pattern.h"
#include "lang/template.h"

namespace peregrine::lang {

// `get: /path`, `post: …`: one HTTP request.
struct HttpAction {
  std::string method;   // "GET"
  std::string service;  // by its name in system.yaml; empty when `target` says it is a full URL
  Template target;      // "/path" or "http://…"; what begins with `${` may come to be either
  HeaderTemplates headers;
  std::optional<Shape> query;
  std::optional<Shape> json;
  std::optional<Shape> form;
  std::optional<Template> body;
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

// The verbs. Adding one: a struct here, a reader in verbs.cc, a player in play/.
using Action = std::variant<HttpAction, SqlAction>;

// Something that a step sees once it is played: `status`, `json`, `rows`, …
struct Seen {
  std::string name;
  Slot slot;
  bool read = false;  // by an expectation or a `save` of this step
};

struct Expectation {
  size_t seen;  // index into Step::seen
  Pattern pattern;
};

struct Save {
  Slot slot;
  std::string name;
  Expression from;
};

struct Step {
  Place at;
  std::string sentence;  // `step:`, or the verb and its value where there is none
  Action action;
  std::vector<Seen> seen;
  std::vector<Expectation> expect;
  std::vector<Save> save;
  std::optional<base::Duration> within;
  base::Duration timeout = std::chrono::seconds(10);
};

struct Datum {
  Slot slot;
  std::string name;
  Place at;
  Shape value;
};

struct Plan {
  std::shared_ptr<const Source> source;
  int line = 1;  // of `journey:`
  std::string name;
  std::vector<std::string> covers;
  std::vector<std::string> tags;
  std::string skip;  // why it is not played; empty when it is
  std::vector<NotPlayable> not_playable;
  std::vector<Datum> data;
  std::vector<Step> steps;
  size_t slots = 0;
};

}  // namespace peregrine::lang
