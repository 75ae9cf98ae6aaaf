// What a provider answers: written where it is given, or once under `replies` and named.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "lang/headers.h"
#include "lang/template.h"

namespace peregrine::lang {

struct Reply {
  struct Json {
    Shape value;
    std::string constant{};  // its text, where that is always the same
  };
  struct Form {
    Shape pairs;  // a map; a list repeats its name
  };
  struct Text {
    Template text;  // as text/plain
  };
  struct Body {
    Template bytes;  // as they are
  };

  std::string name;  // empty where it has none
  Place at;
  Template status = Template::of(200);
  HeaderTemplates headers;
  std::variant<std::monostate, Json, Form, Text, Body> body;
};

using ReplyPtr = std::shared_ptr<const Reply>;

// A reply of `replies`. It is compiled for each route that names it, because it sees what the route
// sees; `anywhere` is the one for all other uses (`auth`, failures that a journey asks for), null
// if it needs names that only some routes have.
struct NamedReply {
  std::string name;
  Place at;
  ReplyPtr anywhere;
};

}  // namespace peregrine::lang
