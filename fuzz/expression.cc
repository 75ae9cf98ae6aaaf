// Expressions and templates from arbitrary text: compiled, they give a value or an error and touch
// nothing else; refused, they say where.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "lang/place_within.h"
#include "lang/template.h"

namespace {

using peregrine::base::check;
using peregrine::base::Map;
using peregrine::base::Random;
using peregrine::base::Value;
using peregrine::base::WallTime;
using namespace peregrine::lang;  // NOLINT(google-build-using-namespace)

struct Known {
  Names names;
  std::vector<Value> slots;

  Known() {
    names.declare("a");
    names.declare("list");
    names.announce("later", 7);
    slots = {Value(Map{{"b", Map{{"c", 1}}}, {"text", "x"}}),
             Value(peregrine::base::List{1, 2.5, nullptr, "x"})};
  }
};

void evaluate(const Template& compiled, const std::vector<Value>& slots) {
  Random random(1);
  Random again(1);
  const auto once = compiled.fill({slots, &random, WallTime{}});
  const auto twice = compiled.fill({slots, &again, WallTime{}});
  check(once.has_value() == twice.has_value(), "one seed, two ends");
  if (once) check(to_text(*once) == to_text(*twice), "one seed, two values");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Known known;
  Node scalar;
  scalar.kind = Node::Kind::scalar;
  scalar.quoted = true;
  scalar.text.assign(reinterpret_cast<const char*>(data), size);
  scalar.at = {std::make_shared<const Source>("x.yaml", "\"" + scalar.text + "\""), 1, 1, 1};

  Diagnostics diagnostics;
  const Template compiled = Template::compile(scalar, known.names, diagnostics);
  if (diagnostics.empty()) evaluate(compiled, known.slots);
  for (const Diagnostic& mistake : diagnostics.sorted()) {
    check(mistake.at.line >= 1 && mistake.at.line <= mistake.at.source->lines(), "no such line");
    render(mistake);
  }

  Diagnostics of_expression;
  const auto expression = compile_expression(scalar.text, scalar, 0, known.names, of_expression);
  check(expression.has_value() == of_expression.empty(), "a mistake without an end, or none");
  if (expression) {
    Random random(1);
    (void)expression->evaluate({known.slots, &random, WallTime{}});
  }
  return 0;
}
