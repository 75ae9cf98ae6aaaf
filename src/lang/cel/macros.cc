#include "lang/cel/macros.h"

#include <algorithm>
#include <array>

#include "lang/cel/file_macros.h"
#include "lang/cel/functions.h"
#include "lang/cel/loops.h"
#include "lang/cel/nodes.h"

namespace peregrine::lang::cel {

namespace {

using Kind = Syntax::Kind;

struct Macro {
  std::string_view name;
  std::string_view usage;
  bool method;
  size_t least;  // arguments; of a method without what stands before the point
  size_t most;
  NodePtr (*expand)(Compiler& compiler, const Syntax& call);
};

// Names of macros live while `body` is compiled; these hold them.
class Scope {
 public:
  Scope(Compiler& compiler, const Syntax& name)
      : compiler_(compiler), local_(compiler.enter(name)) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() { compiler_.leave(); }
  size_t local() const { return local_; }

 private:
  Compiler& compiler_;
  size_t local_;
};

NodePtr expand_has(Compiler& compiler, const Syntax& call) {
  const Syntax& what = call.children[0];
  if (what.kind != Kind::member || what.optional) {
    throw Mistake{what.at, "`has` takes a member", "write has(a.b)"};
  }
  return make_has(compiler.compile(what.children[0]), what.text);
}

NodePtr expand_or(Compiler& compiler, const Syntax& call) {
  NodePtr first = compiler.compile_forgiving(call.children[0]);
  return make_or(std::move(first), compiler.compile(call.children[1]));
}

// find(list, id), expand(object, names): what was not given is null, as in or(x, null).
NodePtr expand_forgiving(Compiler& compiler, const Syntax& call) {
  Nodes arguments;
  for (const Syntax& argument : call.children) arguments.push_back(compiler.compile(argument));
  arguments[1] = make_or(std::move(arguments[1]), std::make_unique<LiteralNode>(base::Value()));
  const auto functions = find_functions(call.text, false);
  if ((functions[0]->takes_at(0) & arguments[0]->gives) == 0) {
    throw Mistake{arguments[0]->at,
                  fmt::format("`{}` takes {} here, not {}", call.text,
                              describe(functions[0]->takes_at(0)), describe(arguments[0]->gives)),
                  fmt::format("write {}", functions[0]->usage)};
  }
  return make_call(functions, std::move(arguments));
}

NodePtr expand_references(Compiler& compiler, const Syntax& call) {
  if (!compiler.names().may_expand()) {
    throw Mistake{call.word_at, "`expand` follows the references of a provider's own file",
                  "elsewhere name what is referred to: find(shop.customers, order.customer)"};
  }
  return expand_forgiving(compiler, call);
}

// x.all(v, p), x.all(k, v, p): the last argument is the predicate, what comes before it names.
template <Loop kLoop>
NodePtr expand_predicate(Compiler& compiler, const Syntax& call) {
  LoopParts parts{.loop = kLoop, .range = compiler.compile(call.children[0])};
  parts.two = call.children.size() == 4;
  const Scope first(compiler, call.children[1]);
  parts.first = first.local();
  if (!parts.two) {
    parts.body = compiler.compile(call.children[2]);
    return make_loop(std::move(parts));
  }
  if (call.children[1].text == call.children[2].text) {
    throw Mistake{call.children[2].at, "the two names are one", "give them different names"};
  }
  const Scope second(compiler, call.children[2]);
  parts.body = compiler.compile(call.children[3]);
  return make_loop(std::move(parts));
}

// x.map(v, t), x.map(v, p, t).
NodePtr expand_map(Compiler& compiler, const Syntax& call) {
  LoopParts parts{.loop = Loop::map, .range = compiler.compile(call.children[0])};
  const Scope name(compiler, call.children[1]);
  parts.first = name.local();
  if (call.children.size() == 4) parts.filter = compiler.compile(call.children[2]);
  parts.body = compiler.compile(call.children.back());
  return make_loop(std::move(parts));
}

// x.transformList(k, v, t), x.transformList(k, v, p, t).
template <Loop kLoop>
NodePtr expand_transform(Compiler& compiler, const Syntax& call) {
  LoopParts parts{.loop = kLoop, .range = compiler.compile(call.children[0]), .two = true};
  const Scope first(compiler, call.children[1]);
  const Scope second(compiler, call.children[2]);
  parts.first = first.local();
  if (call.children.size() == 5) parts.filter = compiler.compile(call.children[3]);
  parts.body = compiler.compile(call.children.back());
  return make_loop(std::move(parts));
}

// cel.bind(name, value, body).
NodePtr expand_bind(Compiler& compiler, const Syntax& call) {
  if (call.children[0].kind != Kind::name || call.children[0].text != "cel") return nullptr;
  NodePtr value = compiler.compile(call.children[2]);
  const Scope name(compiler, call.children[1]);
  return make_bind(name.local(), std::move(value), compiler.compile(call.children[3]));
}

template <bool kFlat>
NodePtr expand_optional(Compiler& compiler, const Syntax& call) {
  NodePtr optional = compiler.compile(call.children[0]);
  const Scope name(compiler, call.children[1]);
  return make_optional_map(kFlat, name.local(), std::move(optional),
                           compiler.compile(call.children[2]));
}

constexpr std::array kMacros = {
    Macro{"has", "has(a.b)", false, 1, 1, expand_has},
    Macro{"or", "or(x, default)", false, 2, 2, expand_or},
    Macro{"file", "file('data/picture.png')", false, 1, 1, expand_file},
    Macro{"csv", "csv('data/users.csv')", false, 1, 1, expand_csv},
    Macro{"find", "find(list, id)", false, 2, 2, expand_forgiving},
    Macro{"expand", "expand(object, names)", false, 2, 2, expand_references},
    Macro{"all", "list.all(x, x > 0)", true, 2, 3, expand_predicate<Loop::all>},
    Macro{"exists", "list.exists(x, x > 0)", true, 2, 3, expand_predicate<Loop::exists>},
    Macro{"exists_one", "list.exists_one(x, x > 0)", true, 2, 3,
          expand_predicate<Loop::exists_one>},
    Macro{"existsOne", "list.existsOne(x, x > 0)", true, 2, 3, expand_predicate<Loop::exists_one>},
    Macro{"filter", "list.filter(x, x > 0)", true, 2, 2, expand_predicate<Loop::filter>},
    Macro{"map", "list.map(x, x + 1)", true, 2, 3, expand_map},
    Macro{"transformList", "list.transformList(i, x, x + i)", true, 3, 4,
          expand_transform<Loop::map>},
    Macro{"transformMap", "map.transformMap(k, v, v + 1)", true, 3, 4,
          expand_transform<Loop::transform_map>},
    Macro{"transformMapEntry", "map.transformMapEntry(k, v, {v: k})", true, 3, 4,
          expand_transform<Loop::transform_entry>},
    Macro{"bind", "cel.bind(x, value, x + x)", true, 3, 3, expand_bind},
    Macro{"optMap", "optional.optMap(x, x + 1)", true, 2, 2, expand_optional<false>},
    Macro{"optFlatMap", "optional.optFlatMap(x, x.?y)", true, 2, 2, expand_optional<true>},
};

}  // namespace

NodePtr expand_macro(Compiler& compiler, const Syntax& call) {
  const bool method = call.kind == Kind::method;
  for (const Macro& macro : kMacros) {
    if (macro.name != call.text || macro.method != method) continue;
    const size_t count = call.children.size() - (method ? 1 : 0);
    if (count < macro.least || count > macro.most) {
      throw Mistake{
          call.at,
          fmt::format("`{}` does not take {} argument{}", macro.name, count, count == 1 ? "" : "s"),
          fmt::format("write {}", macro.usage)};
    }
    return macro.expand(compiler, call);
  }
  return nullptr;
}

std::vector<std::string_view> macro_names(bool method) {
  std::vector<std::string_view> names;
  for (const Macro& macro : kMacros) {
    if (macro.method == method) names.push_back(macro.name);
  }
  return names;
}

}  // namespace peregrine::lang::cel
