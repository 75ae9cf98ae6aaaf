// A journey's file from arbitrary bytes, in a system with a service and a database: whatever comes,
// it becomes a plan or mistakes, each with a place in the file and a text that can be shown.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "lang/journey_file.h"

namespace {

using peregrine::base::check;
using namespace peregrine::lang;  // NOLINT(google-build-using-namespace)

SystemSpec small_system() {
  SystemSpec spec;
  spec.name = "shop";
  spec.services.emplace_back().name = "api";
  spec.databases.emplace_back().name = "postgres";
  return spec;
}

void check_mistake(const Diagnostic& mistake) {
  const Source& source = *mistake.at.source;
  check(mistake.at.line >= 0 && mistake.at.line <= source.lines(), "a line beyond the file");
  check(mistake.at.line == 0 || mistake.at.column >= 1, "a column before the line");
  const auto line = static_cast<long>(source.line(mistake.at.line).size());
  check(mistake.at.line == 0 || mistake.at.column <= line + 2, "a column beyond the line");
  const std::string text = render(mistake);
  check(text.size() < 8'000, "a message that nobody would read");
  check(!peregrine::base::first_invalid_utf8(text), "a message that is not UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const SystemSpec system = small_system();
  std::string text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto plan = read_journey(std::make_shared<const Source>("journey.yaml", std::move(text)),
                                 system, diagnostics);
  check(plan.has_value() == diagnostics.empty(), "a plan with mistakes, or neither");
  for (const Diagnostic& mistake : diagnostics.sorted()) check_mistake(mistake);
  if (plan) check(!plan->steps.empty() && plan->slots > 0, "a plan without steps");
  return 0;
}
