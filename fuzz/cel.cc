// Expressions: whatever is written, it compiles or is refused with a place inside of the text; what
// compiles ends, within its limits, and gives the same twice.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/json.h"
#include "lang/cel/compile.h"
#include "lang/expression.h"

namespace {

using peregrine::base::check;
using peregrine::base::List;
using peregrine::base::Map;
using peregrine::base::Random;
using peregrine::base::Value;
using namespace peregrine::lang;  // NOLINT(google-build-using-namespace)

struct World {
  World() {
    names.declare("this");
    names.declare("list");
    names.declare("none");
    slots = {Value(Map{{"total", 120}, {"name", "Anna"}, {"price", 1.5}, {"tags", List{"a", "b"}}}),
             Value(List{1, -1, 18446744073709551615U, Value(Map{{"a", 1}})}), Value()};
  }
  Names names;
  std::vector<Value> slots;
};

std::string play(const cel::Program& program, const World& world) {
  Random random(1);
  const auto value = program.evaluate(Context{.slots = world.slots, .random = &random});
  if (!value) return value.error().text;
  return peregrine::base::to_json(cel::count_values(*value, 10'000) > 10'000 ? Value() : *value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const World world;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool checked : {true, false}) {
    const auto program = cel::compile(text, world.names, {.check = checked});
    if (!program) {
      check(program.error().at.begin <= size + 1, "the place of a mistake lies beyond the text");
      check(!program.error().message.empty(), "a mistake without a message");
      continue;
    }
    const std::string first = play(*program, world);
    check(first == play(*program, world), "an expression gives two different values");
  }
  return 0;
}
