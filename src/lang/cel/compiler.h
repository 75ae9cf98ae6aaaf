// The compiler at work, as macros see it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/cel/compile.h"
#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

// Throws Mistake, caught in compile().
class Compiler {
 public:
  Compiler(std::string_view text, const Names& names, const Options& options)
      : text_(text), names_(names), options_(options) {}

  NodePtr compile(const Syntax& syntax) { return compile(syntax, {}); }
  // Of what may be absent, as what `or` is asked about.
  NodePtr compile_forgiving(const Syntax& syntax);

  // Compiles with names that macros give values to; `locals` receives where in Frame::locals.
  size_t enter(const Syntax& name);
  void leave() { locals_.pop_back(); }

  const Options& options() const { return options_; }
  const Names& names() const { return names_; }
  const std::vector<Slot>& reads() const { return reads_; }
  bool reads_self() const { return reads_self_; }
  bool may_be_special() const { return may_be_special_; }
  bool builds() const { return builds_; }
  bool varies() const { return varies_; }
  std::vector<PersonRead> take_person_reads() { return std::move(person_reads_); }
  std::vector<SlotRead> take_slot_reads() { return std::move(slot_reads_); }

 private:
  // `keys`: of what this is only what lies behind them is read, the last one first.
  using Keys = std::vector<std::string>;
  NodePtr compile(const Syntax& syntax, Keys keys);
  NodePtr compile_plain(const Syntax& syntax, Keys keys);
  NodePtr compile_name(const Syntax& syntax, const Keys& keys);
  // What is wrong about a name that means nothing here.
  NodePtr unknown_name(const Syntax& syntax) const;
  NodePtr compile_member(const Syntax& syntax, Keys keys);
  void check_member(const Syntax& syntax);
  NodePtr compile_call(const Syntax& syntax);
  NodePtr compile_operation(const Syntax& syntax);
  Nodes compile_all(const std::vector<Syntax>& all);
  // The arguments are the children from `first` on.
  NodePtr compile_functions(const Syntax& syntax, std::string_view name, bool method, size_t first);
  NodePtr unknown_function(const Syntax& syntax, std::string_view name, bool method) const;
  NodePtr fold(NodePtr node, const Syntax& syntax) const;

  // Slot, local or type that a name with points in it may mean.
  NodePtr find_name(std::string_view name, bool rooted, const Keys& keys);
  std::optional<size_t> find_local(std::string_view name) const;
  // A mistake, or a node that fails when mistakes are not looked for.
  NodePtr wrong(Span at, std::string message, std::string remedy) const;
  void check_operands(const Syntax& syntax, const Nodes& operands) const;
  void check_sides(const Syntax& syntax, const Nodes& operands) const;

  std::string_view text_;
  const Names& names_;
  const Options& options_;
  std::vector<std::string> locals_;
  std::vector<Slot> reads_;
  bool reads_self_ = false;
  bool may_be_special_ = false;
  bool builds_ = false;
  bool varies_ = false;
  bool forgives_ = false;  // what is compiled now may be absent
  std::vector<PersonRead> person_reads_;
  std::vector<SlotRead> slot_reads_;
};

// Names of the form a.b.c; nothing for any other expression.
std::optional<std::string> qualified_name(const Syntax& syntax);

}  // namespace peregrine::lang::cel
