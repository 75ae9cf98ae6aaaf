#include "lang/cel/compiler.h"

#include <algorithm>
#include <utility>

#include "lang/cel/always.h"
#include "lang/cel/arithmetic.h"
#include "lang/cel/functions.h"
#include "lang/cel/macros.h"
#include "lang/cel/nodes.h"
#include "lang/cel/special.h"
#include "lang/diagnostic.h"

namespace peregrine::lang::cel {

using base::Value;
using Kind = Syntax::Kind;

namespace {

std::string arity(const std::vector<const Function*>& functions, size_t hidden) {
  size_t least = functions[0]->least, most = functions[0]->most;
  for (const Function* function : functions) {
    least = std::min(least, function->least);
    most = std::max(most, function->most);
  }
  least -= hidden;
  most -= hidden;
  auto arguments = [](size_t count) { return count == 1 ? "argument" : "arguments"; };
  if (most == 0) return "no argument";
  if (most >= kAnyNumber) return fmt::format("at least {} {}", least, arguments(least));
  if (least == most) return fmt::format("{} {}", least, arguments(least));
  return fmt::format("{} to {} arguments", least, most);
}

std::string usage(const std::vector<const Function*>& functions) {
  std::string text;
  for (const Function* function : functions) {
    text += fmt::format("{}{}", text.empty() ? "write " : " or ", function->usage);
  }
  return text;
}

bool special_function(std::string_view name) {
  return name == "type" || name.starts_with("optional.") || name.starts_with("opt");
}

}  // namespace

std::optional<std::string> qualified_name(const Syntax& syntax) {
  if (syntax.kind == Kind::name) return syntax.text;
  if (syntax.kind != Kind::member || syntax.optional) return std::nullopt;
  auto of = qualified_name(syntax.children[0]);
  if (of) *of += "." + syntax.text;
  return of;
}

NodePtr Compiler::compile(const Syntax& syntax, Keys keys) {
  NodePtr node = compile_plain(syntax, std::move(keys));
  if (node->at.end == 0) node->at = syntax.at;
  return fold(std::move(node), syntax);
}

NodePtr Compiler::compile_forgiving(const Syntax& syntax) {
  const bool before = std::exchange(forgives_, true);
  NodePtr node = compile(syntax);
  forgives_ = before;
  return node;
}

NodePtr Compiler::compile_plain(const Syntax& syntax, Keys keys) {
  switch (syntax.kind) {
    case Kind::literal:
      return std::make_unique<LiteralNode>(syntax.value);
    case Kind::name:
      return compile_name(syntax, keys);
    case Kind::member:
      return compile_member(syntax, std::move(keys));
    case Kind::index: {
      Nodes parts = compile_all(syntax.children);
      if (syntax.optional) may_be_special_ = true;
      return make_index(std::move(parts[0]), std::move(parts[1]), syntax.optional);
    }
    case Kind::call:
    case Kind::method:
      return compile_call(syntax);
    case Kind::operation:
      return compile_operation(syntax);
    case Kind::list:
      builds_ = true;
      return make_list(compile_all(syntax.children), syntax.optional_parts);
    case Kind::map:
      builds_ = may_be_special_ = true;
      return make_map(compile_all(syntax.children), syntax.optional_parts);
    case Kind::message:
      return wrong(syntax.at, "protobuf messages do not exist here",
                   "a map is written {'key': value}");
  }
  return nullptr;
}

Nodes Compiler::compile_all(const std::vector<Syntax>& all) {
  Nodes nodes;
  nodes.reserve(all.size());
  for (const Syntax& syntax : all) nodes.push_back(compile(syntax));
  return nodes;
}

size_t Compiler::enter(const Syntax& name) {
  if (name.kind != Kind::name || name.rooted) {
    throw Mistake{name.at, "a name is needed here", "such as the x of list.all(x, x > 0)"};
  }
  if (locals_.size() >= kMaxLocals) throw Mistake{name.at, "too many names inside each other", ""};
  locals_.push_back(name.text);
  return locals_.size() - 1;
}

std::optional<size_t> Compiler::find_local(std::string_view name) const {
  for (size_t i = locals_.size(); i-- > 0;) {
    if (locals_[i] == name) return i;
  }
  return std::nullopt;
}

NodePtr Compiler::find_name(std::string_view name, bool rooted, const Keys& keys) {
  if (!rooted) {
    if (const auto local = find_local(name)) return make_local(*local);
  }
  if (const auto slot = names_.find(name)) {
    if (std::ranges::find(reads_, *slot) == reads_.end()) reads_.push_back(*slot);
    slot_reads_.push_back({*slot, {keys.rbegin(), keys.rend()}});
    return make_slot(*slot);
  }
  if (name == "this" && options_.self) {
    reads_self_ = true;
    return make_self();
  }
  if (!is_type_name(name)) return nullptr;
  may_be_special_ = true;
  return std::make_unique<LiteralNode>(make_type(name));
}

NodePtr Compiler::compile_name(const Syntax& syntax, const Keys& keys) {
  if (names_.ambiguous(syntax.text) && !find_local(syntax.text)) {
    return wrong(syntax.at,
                 fmt::format("`{}` is what this step sees, and a name of the journey", syntax.text),
                 "give the journey's another name");
  }
  if (NodePtr node = find_name(syntax.text, syntax.rooted, keys)) return node;
  return unknown_name(syntax);
}

NodePtr Compiler::unknown_name(const Syntax& syntax) const {
  const std::string& word = syntax.text;
  if (!find_functions(word, false).empty()) {
    return wrong(syntax.at, fmt::format("`{}` is a function", word),
                 usage(find_functions(word, false)));
  }
  if (word == "this") {
    if (names_.may_expand()) {
      return wrong(syntax.at, "there is no `this` here",
                   "it is the object, in what a resource says of itself");
    }
    return wrong(syntax.at, "there is no `this` here",
                 "it is the value that an expectation looks at, as in \"${this > 3}\"");
  }
  if (word == "me") {
    return wrong(syntax.at, "nobody is `me` here", "say who does the step: `as: NAME`");
  }
  if (const auto line = names_.in_branch(word)) {
    return wrong(syntax.at, fmt::format("`{}` is known only in a branch of `together`", word),
                 fmt::format("the branch in line {} keeps what it saves: save it before, or read "
                             "it from `outcomes`",
                             *line));
  }
  if (const auto line = names_.later(word)) {
    return wrong(syntax.at, fmt::format("`{}` has no value yet here", word),
                 fmt::format("it gets one in line {}", *line));
  }
  const bool capitals = word.find_first_of("abcdefghijklmnopqrstuvwxyz") == word.npos;
  if (capitals && names_.find("env")) {
    return wrong(syntax.at, fmt::format("nothing is named `{}` here", word),
                 fmt::format("a variable of the environment is `env.{}`", word));
  }
  std::vector<std::string_view> known = names_.known();
  known.insert(known.end(), locals_.begin(), locals_.end());
  return wrong(syntax.at, fmt::format("nothing is named `{}` here", word),
               suggestion(word, std::move(known)));
}

// A name with points in it, as a whole, wins over the member of a name; a macro's name over both.
NodePtr Compiler::compile_member(const Syntax& syntax, Keys keys) {
  if (syntax.optional) may_be_special_ = true;
  if (const auto name = qualified_name(syntax)) {
    const bool local = find_local(name->substr(0, name->find('.'))).has_value();
    const Syntax* root = &syntax;
    while (root->kind == Kind::member) root = &root->children[0];
    if (!local || root->rooted) {
      if (NodePtr node = find_name(*name, root->rooted, keys)) return node;
    }
  }
  if (syntax.optional) {
    keys.clear();
  } else {
    keys.push_back(syntax.text);
  }
  NodePtr of = compile(syntax.children[0], std::move(keys));
  check_member(syntax);
  return make_member(std::move(of), syntax.text, syntax.optional);
}

// Of a name whose members are known.
void Compiler::check_member(const Syntax& syntax) {
  const Syntax& of = syntax.children[0];
  if (of.kind != Kind::name || syntax.optional || !options_.check || find_local(of.text)) return;
  const auto slot = names_.find(of.text);
  if (slot && names_.is_person(*slot) && !forgives_) {
    person_reads_.push_back({*slot, of.text, syntax.text, syntax.word_at});
  }
  const std::vector<std::string>* members = names_.members(of.text);
  if (!members || std::ranges::find(*members, syntax.text) != members->end()) return;
  throw Mistake{syntax.word_at, fmt::format("`{}` has no `{}`", of.text, syntax.text),
                suggestion(syntax.text, {members->begin(), members->end()})};
}

NodePtr Compiler::compile_call(const Syntax& syntax) {
  if (NodePtr node = expand_macro(*this, syntax)) {
    builds_ = true;
    may_be_special_ = true;
    return node;
  }
  if (special_function(syntax.text)) may_be_special_ = true;
  builds_ = true;
  if (syntax.kind == Kind::call) return compile_functions(syntax, syntax.text, false, 0);
  // `math.abs(x)`: a function with a namespace, unless something is named `math`.
  const auto space = qualified_name(syntax.children[0]);
  if (space && is_namespace(*space) && !find_local(*space) && !names_.find(*space)) {
    if (*space == "optional") may_be_special_ = true;
    return compile_functions(syntax, *space + "." + syntax.text, false, 1);
  }
  return compile_functions(syntax, syntax.text, true, 0);
}

NodePtr Compiler::unknown_function(const Syntax& syntax, std::string_view name, bool method) const {
  const auto other = find_functions(name, !method);
  if (!other.empty()) {
    return wrong(syntax.word_at, fmt::format("`{}` is not called so", name), usage(other));
  }
  std::vector<std::string_view> known = function_names(method);
  for (std::string_view macro : macro_names(method)) known.push_back(macro);
  return wrong(syntax.word_at,
               fmt::format("there is no {} `{}`", method ? "method" : "function", name),
               suggestion(name, std::move(known)));
}

NodePtr Compiler::compile_functions(const Syntax& syntax, std::string_view name, bool method,
                                    size_t first) {
  const std::vector<const Function*> named = find_functions(name, method);
  if (named.empty()) return unknown_function(syntax, name, method);
  Nodes arguments;
  for (size_t i = first; i < syntax.children.size(); ++i) {
    arguments.push_back(compile(syntax.children[i]));
  }
  std::vector<const Function*> fitting;
  std::ranges::copy_if(named, std::back_inserter(fitting), [&](const Function* function) {
    return arguments.size() >= function->least && arguments.size() <= function->most;
  });
  if (fitting.empty()) {
    const size_t hidden = method ? 1 : 0;
    const size_t given = arguments.size() - hidden;
    return wrong(syntax.at,
                 fmt::format("`{}` takes {}, here {} {}", name, arity(named, hidden),
                             given == 1 ? "is" : "are", given),
                 usage(named));
  }
  std::vector<const Value*> known;
  for (size_t i = 0; i < arguments.size(); ++i) {
    known.push_back(literal(*arguments[i]));
    const bool possible = std::ranges::any_of(fitting, [&](const Function* function) {
      return (function->takes_at(i) & arguments[i]->gives) != 0;
    });
    if (possible) continue;
    KindSet takes = 0;
    for (const Function* function : fitting) takes |= function->takes_at(i);
    return wrong(arguments[i]->at,
                 fmt::format("`{}` takes {} here, not {}", name, describe(takes),
                             describe(arguments[i]->gives)),
                 usage(fitting));
  }
  for (const Function* function : fitting) {
    if (!function->mistake) continue;
    std::string why = function->mistake(known);
    if (!why.empty()) return wrong(syntax.at, std::move(why), "");
  }
  varies_ = varies_ || std::ranges::any_of(fitting, [](const Function* f) { return !f->pure; });
  return make_call(std::move(fitting), std::move(arguments));
}

NodePtr Compiler::compile_operation(const Syntax& syntax) {
  const bool varied = std::exchange(varies_, false);
  Nodes operands = compile_all(syntax.children);
  if (options_.check) {
    check_operands(syntax, operands);
    check_not_always(syntax, text_);
  }
  varies_ = varies_ || varied;
  if (syntax.text == "+") builds_ = true;
  return make_operation(syntax.text, std::move(operands));
}

void Compiler::check_operands(const Syntax& syntax, const Nodes& operands) const {
  const std::string_view sign = syntax.text;
  auto refuse = [&](const Node& operand, std::string_view takes) {
    throw Mistake{operand.at,
                  fmt::format("`{}` takes {}, and `{}` is {}", sign == "?:" ? "?" : sign, takes,
                              text_.substr(operand.at.begin, operand.at.end - operand.at.begin),
                              describe(operand.gives)),
                  ""};
  };
  if (sign == "&&" || sign == "||" || sign == "!" || sign == "?:") {
    const size_t count = sign == "?:" ? 1 : operands.size();
    for (size_t i = 0; i < count; ++i) {
      if (!(operands[i]->gives & kBool)) refuse(*operands[i], "a bool");
    }
    return;
  }
  if (operands.size() == 1) {
    if (!(operands[0]->gives & (kInt | kReal | kDecimal | kDuration))) {
      refuse(*operands[0], "a number");
    }
    return;
  }
  check_sides(syntax, operands);
  const KindSet left = operands[0]->gives, right = operands[1]->gives;
  bool possible = true;
  if (sign == "in") possible = (right & (kList | kMap)) != 0;
  if (sign[0] == '<' || sign[0] == '>') {
    possible = ((left & kNumber) && (right & kNumber)) ||
               (left & right & (kBool | kText | kBytes | kInstant | kDuration));
  }
  if (sign.size() == 1 && std::string_view("+-*/%").find(sign) != std::string_view::npos) {
    possible = calculates(sign[0], left, right) != 0;
  }
  if (possible) return;
  throw Mistake{
      syntax.at,
      fmt::format("`{}` does not work on {} and {}", sign, describe(left), describe(right)),
      sign == "+" ? "to make a text of it: string(x)" : ""};
}

// `a.b == a.b` says nothing; somebody meant something else.
void Compiler::check_sides(const Syntax& syntax, const Nodes& operands) const {
  const std::string_view sign = syntax.text;
  if (sign != "==" && sign != "!=" && sign[0] != '<' && sign[0] != '>') return;
  auto written = [&](const Node& node) {
    return text_.substr(node.at.begin, node.at.end - node.at.begin);
  };
  // Two literals are another matter, and so is what is drawn twice.
  const bool constant = operands[0]->constant || operands[1]->constant;
  if (varies_ || constant || written(*operands[0]) != written(*operands[1])) return;
  const bool always = sign != "!=" && sign.back() == '=';
  throw Mistake{syntax.at,
                fmt::format("`{}` is always {}",
                            text_.substr(syntax.at.begin, syntax.at.end - syntax.at.begin), always),
                "compare with something else"};
}

NodePtr Compiler::wrong(Span at, std::string message, std::string remedy) const {
  if (options_.check) throw Mistake{at, std::move(message), std::move(remedy)};
  return make_failure(std::move(message));
}

NodePtr Compiler::fold(NodePtr node, const Syntax& syntax) const {
  if (!node->constant || literal(*node)) return node;
  const Context nothing{};
  Frame frame(nothing, text_);
  frame.steps_left = kMaxFoldSteps;
  Value scratch;
  const Value* value = node->evaluate(frame, scratch);
  if (!value || count_values(*value, kMaxFolded) > static_cast<int64_t>(kMaxFolded)) return node;
  if (value->is_text() && value->as_text().size() > kMaxFolded) return node;
  auto folded = std::make_unique<LiteralNode>(*value);
  folded->at = syntax.at;
  return folded;
}

}  // namespace peregrine::lang::cel
