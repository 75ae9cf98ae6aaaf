// What `expect` says: a pattern that a value fits or not. play/match.h compares.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lang/template.h"

namespace re2 {
class RE2;
}

namespace peregrine::lang {

struct Pattern {
  struct Member;

  // Equal to this; `null` fits what is absent too.
  struct Equal {
    Template value;
  };
  // `<int>`, `<text|none>`: one of these kinds.
  struct Kinds {
    std::vector<std::string> names;
  };
  // `"< 50ms"`, `">= 3"`, `"!= x"`, `"> ${x}"`.
  struct Compare {
    enum class By { less, at_most, more, at_least, not_equal };
    By by;
    Template limit;
    std::string text;
  };
  // `/re/`: found anywhere in the text.
  struct Matches {
    std::shared_ptr<const re2::RE2> re;
  };
  // `2xx`.
  struct StatusClass {
    int hundreds;
  };
  // The whole list, in this order.
  struct Items {
    std::vector<Pattern> items;
  };
  // A map that has these, whatever else it has.
  struct Members {
    std::vector<Member> members;
  };
  // `any: [200, 204]`.
  struct AnyOf {
    std::vector<Pattern> choices;
  };
  // `not: x`.
  struct Not {
    std::unique_ptr<Pattern> pattern;
  };

  std::variant<Equal, Kinds, Compare, Matches, StatusClass, Items, Members, AnyOf, Not> form;
  Place at;

  static Pattern compile(const Node& node, const Names& names, Diagnostics& diagnostics);
};

struct Pattern::Member {
  std::string key;
  Pattern pattern;
};

}  // namespace peregrine::lang
