#include "lang/step_reader.h"

namespace peregrine::lang {

Action compile_check(const VerbContext& context) {
  // With `expect` it may be any value; without, it has to be able to be true.
  const bool judged = context.fields["expect"] != nullptr || context.fields["lost"] != nullptr;
  const auto needs = judged ? StepReader::Needs::value : StepReader::Needs::condition;
  auto value = context.steps.read_expression(context.argument, "check", needs);
  return CheckAction{value ? *std::move(value) : Expression{}};
}

}  // namespace peregrine::lang
