// What `expect` says: a pattern that a value fits or not. play/match.h compares.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json_selection.h"
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
  // `exactly: {…}`: a map that has these and nothing else.
  struct Exactly {
    std::unique_ptr<Pattern> members;
  };
  // A list by what it holds. In all three `items` may also be given by an expression.
  struct Several {
    std::vector<Pattern> items;
    std::optional<Template> from;
  };
  // `unordered: […]`: these in any order, and no others.
  struct Unordered {
    Several wanted;
  };
  // `contains: […]`: these, in this order, whatever stands between them.
  struct Contains {
    Several wanted;
  };
  // `every: x`: each element fits; a list without elements does.
  struct Every {
    std::unique_ptr<Pattern> pattern;
  };
  // `equals: x`: no matcher in it is read.
  struct Equals {
    Shape value;
  };
  // `${this > 3}`: an expression that gives true of the value.
  struct Predicate {
    Expression holds;
  };
  // `any: [200, 204]`.
  struct AnyOf {
    std::vector<Pattern> choices;
  };
  // `not: x`.
  struct Not {
    std::unique_ptr<Pattern> pattern;
  };

  std::variant<Equal, Kinds, Compare, Matches, StatusClass, Items, Members, Exactly, Unordered,
               Contains, Every, Equals, Predicate, AnyOf, Not>
      form;
  Place at;

  // What it looks at of a JSON text.
  void select(base::JsonSelection& selection) const;

  static Pattern compile(const Node& node, const Names& names, Diagnostics& diagnostics);
};

struct Pattern::Member {
  std::string key;
  Pattern pattern;
};

// The words that `<…>` may hold, for suggestions.
std::span<const std::string_view> kind_names();

}  // namespace peregrine::lang
