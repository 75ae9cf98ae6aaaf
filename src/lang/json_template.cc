#include "lang/json_template.h"

#include "base/json.h"

namespace peregrine::lang {

using base::Result;
using base::Value;

JsonTemplate JsonTemplate::compile(const Shape& shape) {
  JsonTemplate result;
  result.add(shape);
  return result;
}

std::string& JsonTemplate::literal() {
  if (parts_.empty() || !std::holds_alternative<std::string>(parts_.back())) {
    parts_.emplace_back(std::string());
  }
  return std::get<std::string>(parts_.back());
}

void JsonTemplate::add(const Shape& shape) {
  if (const auto* scalar = std::get_if<Template>(&shape.form)) {
    add(*scalar);
  } else if (const auto* items = std::get_if<std::vector<Shape>>(&shape.form)) {
    literal() += '[';
    for (const Shape& item : *items) {
      if (&item != &items->front()) literal() += ',';
      add(item);
    }
    literal() += ']';
  } else {
    const auto& entries = std::get<std::vector<Shape::Entry>>(shape.form);
    literal() += '{';
    for (const Shape::Entry& entry : entries) {
      if (&entry != &entries.front()) literal() += ',';
      base::append_json(literal(), Value(entry.key));
      literal() += ':';
      add(entry.value);
    }
    literal() += '}';
  }
}

void JsonTemplate::add(const Template& scalar) {
  if (const Value* value = scalar.literal()) {
    base::append_json(literal(), *value);
    return;
  }
  if (const Expression* expression = scalar.whole()) {
    parts_.emplace_back(*expression);
    return;
  }
  literal() += '"';
  for (const Template::Part& part : scalar.parts()) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      base::append_json_characters(literal(), *text);
    } else {
      parts_.emplace_back(InText{std::get<Expression>(part)});
    }
  }
  literal() += '"';
}

Result<> JsonTemplate::append(std::string& out, const Context& context) const {
  for (const Part& part : parts_) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      out += *text;
    } else if (const auto* expression = std::get_if<Expression>(&part)) {
      TRY(const Value value, expression->evaluate(context));
      base::append_json(out, value);
    } else {
      TRY(const Value value, evaluate_in_text(std::get<InText>(part).expression, context));
      if (value.is_text()) {
        base::append_json_characters(out, value.as_text());
      } else {
        base::append_json_characters(out, to_text(value));
      }
    }
  }
  return {};
}

}  // namespace peregrine::lang
