// The expressions in what a provider's file says, one by one: for whoever has to know what they
// read before they are evaluated.
#pragma once

#include <variant>

#include "lang/pattern.h"
#include "lang/provider_reply.h"
#include "lang/template.h"

namespace peregrine::boundary {

// Each calls f(const lang::Expression&).
template <class F>
void each_expression(const lang::Expression& expression, F&& f) {
  f(expression);
}

template <class F>
void each_expression(const lang::Template& text, F&& f) {
  for (const lang::Template::Part& part : text.parts()) {
    if (const auto* expression = std::get_if<lang::Expression>(&part)) f(*expression);
  }
}

template <class F>
void each_expression(const lang::Shape& shape, F&& f) {
  if (const auto* scalar = std::get_if<lang::Template>(&shape.form)) {
    each_expression(*scalar, f);
  } else if (const auto* items = std::get_if<std::vector<lang::Shape>>(&shape.form)) {
    for (const lang::Shape& item : *items) each_expression(item, f);
  } else {
    for (const auto& entry : std::get<std::vector<lang::Shape::Entry>>(shape.form)) {
      each_expression(entry.value, f);
    }
  }
}

template <class F>
void each_expression(const lang::Pattern& pattern, F&& f);

template <class F>
struct PatternExpressions {
  F& f;

  void operator()(const lang::Pattern::Equal& form) { each_expression(form.value, f); }
  void operator()(const lang::Pattern::Kinds&) {}
  void operator()(const lang::Pattern::Compare& form) { each_expression(form.limit, f); }
  void operator()(const lang::Pattern::Matches&) {}
  void operator()(const lang::Pattern::StatusClass&) {}
  void operator()(const lang::Pattern::Items& form) { all(form.items); }
  void operator()(const lang::Pattern::Members& form) {
    for (const auto& member : form.members) each_expression(member.pattern, f);
  }
  void operator()(const lang::Pattern::Exactly& form) { each_expression(*form.members, f); }
  void operator()(const lang::Pattern::Unordered& form) { several(form.wanted); }
  void operator()(const lang::Pattern::Contains& form) { several(form.wanted); }
  void operator()(const lang::Pattern::Every& form) { each_expression(*form.pattern, f); }
  void operator()(const lang::Pattern::Equals& form) { each_expression(form.value, f); }
  void operator()(const lang::Pattern::Predicate& form) { f(form.holds); }
  void operator()(const lang::Pattern::AnyOf& form) { all(form.choices); }
  void operator()(const lang::Pattern::Not& form) { each_expression(*form.pattern, f); }

  void all(const std::vector<lang::Pattern>& patterns) {
    for (const lang::Pattern& pattern : patterns) each_expression(pattern, f);
  }
  void several(const lang::Pattern::Several& wanted) {
    all(wanted.items);
    if (wanted.from) each_expression(*wanted.from, f);
  }
};

template <class F>
void each_expression(const lang::Pattern& pattern, F&& f) {
  std::visit(PatternExpressions<F>{f}, pattern.form);
}

}  // namespace peregrine::boundary
