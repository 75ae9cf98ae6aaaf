#include "lang/cel/compile.h"

#include <algorithm>

#include "lang/cel/compiler.h"
#include "lang/cel/parser.h"

namespace peregrine::lang::cel {

using base::Code;
using base::Result;
using base::Value;

Result<Value> Program::evaluate(const Context& context) const {
  Frame frame(context, text);
  Value scratch;
  const Value* value = root->evaluate(frame, scratch);
  if (!value) return std::unexpected(std::move(frame.error));
  if (builds && count_values(*value, kMaxSteps) > kMaxSteps) {
    return base::fail(Code::limit, "`{}` gives more than {} values", text, kMaxSteps);
  }
  if (value == &scratch) return scratch;
  return *value;
}

std::expected<Program, Mistake> compile(std::string_view text, const Names& names,
                                        const Options& options) {
  auto syntax = parse(text);
  if (!syntax) return std::unexpected(std::move(syntax).error());
  try {
    Compiler compiler(text, names, options);
    NodePtr root = compiler.compile(*syntax);
    Program program{.text = std::string(text),
                    .root = std::move(root),
                    .reads = compiler.reads(),
                    .reads_self = compiler.reads_self(),
                    .may_be_special = compiler.may_be_special(),
                    .builds = compiler.builds(),
                    .varies = compiler.varies(),
                    .person_reads = compiler.take_person_reads(),
                    .env_reads = find_env_reads(*syntax),
                    .slot_reads = compiler.take_slot_reads()};
    std::ranges::sort(program.reads);
    if (options.check && program.root->constant && !literal(*program.root)) {
      // It reads nothing, so it fails now as it would later.
      if (auto value = program.evaluate(Context{}); !value) {
        return std::unexpected(Mistake{syntax->at, value.error().text, ""});
      }
    }
    return program;
  } catch (Mistake& mistake) {
    return std::unexpected(std::move(mistake));
  }
}

}  // namespace peregrine::lang::cel
