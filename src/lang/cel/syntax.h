// The tree of an expression as it is written, before names mean anything. Made by parser.h, read by
// macros and by compile.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/value.h"

namespace peregrine::lang::cel {

// Bytes of an expression's text.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A mistake in an expression, and what to write instead.
struct Mistake {
  Span at;
  std::string message;
  std::string remedy;
};

struct Syntax {
  enum class Kind {
    literal,    // value
    name,       // text; `rooted` for `.name`
    member,     // children[0].text; `optional` for `.?`
    index,      // children[0][children[1]]; `optional` for `[?`
    call,       // text(children…)
    method,     // children[0].text(children[1…])
    operation,  // text is the operator: - ! + * / % == != < <= > >= in && || ?:
    list,       // children; optional_parts says which begin with `?`
    map,        // children: key, value, key, value…; optional_parts, one for each pair
    message,    // Name{…}: read, and refused
  };

  Kind kind = Kind::literal;
  Span at;       // all of it
  Span word_at;  // its name or operator
  std::string text{};
  base::Value value{};
  bool optional = false;
  bool rooted = false;
  std::vector<Syntax> children{};
  std::vector<bool> optional_parts{};
};

}  // namespace peregrine::lang::cel
