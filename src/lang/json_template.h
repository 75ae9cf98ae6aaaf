// A Shape as the JSON text that it comes to. What is the same each time is written when the plan is
// made; to fill it is to append texts and the values of expressions, without a value of the whole.
//
//   const JsonTemplate body = JsonTemplate::compile(shape);
//   TRY_OK(body.append(request.body, context));  // the same bytes as to_json(shape.fill(context))
//
// Immutable, shared by all who play.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "lang/template.h"

namespace peregrine::lang {

class JsonTemplate {
 public:
  static JsonTemplate compile(const Shape& shape);

  // Fails as Shape::fill does; `out` has then got a part of it.
  base::Result<> append(std::string& out, const Context& context) const;

 private:
  // An expression inside of a longer text, whose quotes stand in the literals around it.
  struct InText {
    Expression expression;
  };
  using Part = std::variant<std::string, Expression, InText>;

  void add(const Shape& shape);
  void add(const Template& scalar);
  // To the end of the literal that comes last.
  std::string& literal();

  std::vector<Part> parts_;
};

}  // namespace peregrine::lang
