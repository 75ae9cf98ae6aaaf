#include "lang/provider_scope.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "lang/cel/parser.h"
#include "lang/place_within.h"
#include "lang/template.h"

namespace peregrine::lang {

namespace {

using cel::Syntax;
using Kind = Syntax::Kind;

class Guess {
 public:
  explicit Guess(const Scope& scope) : scope_(scope) {}

  std::optional<Holds> of(const Syntax& syntax) const {
    if (syntax.kind == Kind::name) {
      const auto found = scope_.holds.find(syntax.text);
      return found == scope_.holds.end() ? std::nullopt : std::optional(found->second);
    }
    if (syntax.kind == Kind::index) return one_of(of(syntax.children[0]));
    if (syntax.kind == Kind::call && syntax.children.size() == 2) {
      if (syntax.text == "find") return one_of(of(syntax.children[0]));
      if (syntax.text == "or") return same(of(syntax.children[0]), of(syntax.children[1]));
    }
    if (syntax.kind == Kind::call && syntax.text == "pick" && syntax.children.size() == 1) {
      return one_of(of(syntax.children[0]));
    }
    if (syntax.kind == Kind::operation && syntax.text == "?:") {
      return same(of(syntax.children[1]), of(syntax.children[2]));
    }
    if (syntax.kind == Kind::method && keeps_elements(syntax.text)) {
      const auto list = of(syntax.children[0]);
      return list && list->list ? list : std::nullopt;
    }
    return std::nullopt;
  }

 private:
  static bool keeps_elements(std::string_view method) {
    static constexpr std::array<std::string_view, 4> kMethods = {"filter", "reverse", "slice",
                                                                 "distinct"};
    return std::ranges::find(kMethods, method) != kMethods.end();
  }
  static std::optional<Holds> one_of(std::optional<Holds> list) {
    if (!list || !list->list) return std::nullopt;
    return Holds{list->resource, false};
  }
  static std::optional<Holds> same(std::optional<Holds> a, std::optional<Holds> b) {
    if (!a || !b || a->resource != b->resource || a->list != b->list) return std::nullopt;
    return a;
  }

  const Scope& scope_;
};

// Reports to `out` what an expression asks of `name`.
void collect(const Syntax& syntax, std::string_view name, const Node& scalar, size_t offset,
             std::vector<MemberRead>& out) {
  auto place = [&](cel::Span at) {
    return place_within(scalar, offset + at.begin, std::max(at.end - at.begin, 1U));
  };
  auto is_name = [&](const Syntax& of) { return of.kind == Kind::name && of.text == name; };
  if (is_name(syntax)) out.push_back({"", place(syntax.at)});
  if (syntax.kind == Kind::member && is_name(syntax.children[0])) {
    out.push_back({syntax.text, place(syntax.word_at)});
    return;
  }
  if (syntax.kind == Kind::index && is_name(syntax.children[0]) &&
      syntax.children[1].kind == Kind::literal && syntax.children[1].value.is_text()) {
    out.push_back({syntax.children[1].value.as_text(), place(syntax.children[1].at)});
    return;
  }
  for (const Syntax& child : syntax.children) collect(child, name, scalar, offset, out);
}

void collect_in(const Node& node, std::string_view name, std::vector<MemberRead>& out) {
  for (const Node& item : node.items) collect_in(item, name, out);
  for (const Node::Entry& entry : node.entries) collect_in(entry.value, name, out);
  if (node.kind != Node::Kind::scalar || !node.text.contains("${")) return;
  for (const Piece& piece : split_pieces(node.text)) {
    if (!piece.expression || !piece.text.contains(name)) continue;
    if (const auto syntax = cel::parse(piece.text)) {
      collect(*syntax, name, node, piece.offset, out);
    }
  }
}
}  // namespace

Slot Scope::declare(std::string_view name, Holds what) {
  holds.insert_or_assign(std::string(name), what);
  if (!what.list) names.close(name, (*members)[what.resource]);
  return names.declare(name);
}

std::optional<Holds> Scope::holds_of(std::string_view expression) const {
  const auto syntax = cel::parse(expression);
  if (!syntax) return std::nullopt;
  return Guess(*this).of(*syntax);
}

bool check_new_name(const Node& key, std::string_view what, const Names& names,
                    Diagnostics& diagnostics) {
  if (!check_identifier(key, what, diagnostics)) return false;
  if (is_word_of_expressions(key.text)) {
    diagnostics.add(key.at, fmt::format("`{}` is a word of expressions", key.text),
                    "choose another name");
    return false;
  }
  if (names.find(key.text)) {
    diagnostics.add(key.at, fmt::format("the name `{}` is taken", key.text),
                    "choose another name: expressions here already know this one");
    return false;
  }
  return true;
}

std::vector<MemberRead> members_read(const Node& node, std::string_view name) {
  std::vector<MemberRead> out;
  collect_in(node, name, out);
  return out;
}

}  // namespace peregrine::lang
