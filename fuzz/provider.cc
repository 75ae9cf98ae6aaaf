// A provider's file from arbitrary bytes: whatever comes, it becomes a spec or mistakes, each with
// a place in the file and a text that can be shown; and the paths of a spec match what they say.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "lang/provider_file.h"

namespace {

using peregrine::base::check;
using namespace peregrine::lang;  // NOLINT(google-build-using-namespace)

void check_mistake(const Diagnostic& mistake) {
  const Source& source = *mistake.at.source;
  check(mistake.at.line >= 0 && mistake.at.line <= source.lines(), "a line beyond the file");
  check(mistake.at.line == 0 || mistake.at.column >= 1, "a column before the line");
  const std::string text = render(mistake);
  check(text.size() < 8'000, "a message that nobody would read");
  check(!peregrine::base::first_invalid_utf8(text), "a message that is not UTF-8");
}

void check_cases(const Route& route) {
  check(!route.cases.empty(), "a route without an answer");
  for (const Case& each : route.cases) {
    const auto* reply = std::get_if<ReplyPtr>(&each.answer);
    check(!reply || *reply, "a reply that was not compiled");
    check(!each.listing || each.listing->page < route.slots, "a slot beyond the frame");
  }
  for (const Let& let : route.lets) check(let.slot < route.slots, "a slot beyond the frame");
}

void check_route(const ProviderSpec& spec, const Route& route) {
  check(spec.find_route(route.title()) != nullptr, "a route that is not found");
  check_cases(route);
  // The pattern fits a path in which every parameter is `x`.
  std::string path;
  for (const auto& segment : route.path.segments) {
    path += '/';
    for (const auto& part : segment) path += part.parameter ? "x" : part.text;
  }
  const auto values = route.path.match(path);
  check(values.has_value(), "a path that its own pattern does not fit");
  check(values->size() == route.path.parameters().size(), "a parameter without value");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto spec =
      read_provider(std::make_shared<const Source>("provider.yaml", std::move(text)), diagnostics);
  check(spec.has_value() == diagnostics.empty(), "a spec with mistakes, or neither");
  for (const Diagnostic& mistake : diagnostics.sorted()) check_mistake(mistake);
  if (!spec) return 0;
  for (const Route& route : spec->routes) check_route(*spec, route);
  for (const Resource& resource : spec->resources) {
    check(resource.self < resource.slots, "an object beyond its frame");
    for (const StateGraph& graph : resource.states) {
      check(graph.otherwise && graph.field < resource.fields.size(), "a graph of nothing");
    }
  }
  return 0;
}
