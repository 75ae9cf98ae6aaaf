#include "lang/system_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/environments.h"
#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

// Whether hosts that requests may not go to are mistakes: not those of an environment that is only
// checked.
enum class Hosts { any, allowed };

SystemSpec read_tree(const Node& root, const SystemOptions& options, Hosts hosts,
                     Diagnostics& diagnostics) {
  SystemReading reading{root.at.source, diagnostics};
  reading.any_host = hosts == Hosts::any;
  SystemSpec& spec = reading.spec;
  spec.source = root.at.source;
  for (const std::string& host : options.allowed_hosts) {
    spec.allowed_hosts.push_back(base::lowercase(host));
  }
  const Fields fields(root, "a system", diagnostics,
                      {"system", "zone", "clock", "services", "databases", "providers", "actors",
                       "invariants", "loads", "environments"});
  if (const Node* name = fields.required("system", "begin it with `system: name`")) {
    spec.name = read_text(*name, "a system's name", diagnostics);
  }
  if (const Node* zone = fields["zone"]) read_zone(*zone, reading);
  if (const Node* clock = fields["clock"]) read_clock(*clock, reading);
  spec.env = reading.names.declare("env");
  const Node* databases = fields["databases"];
  const Node* services = fields["services"];
  if (databases) declare_databases(*databases, reading);
  if (services) declare_services(*services, reading);
  const Node* providers = fields["providers"];
  if (providers) declare_providers(*providers, reading);
  if (databases) read_databases(*databases, reading);
  if (services) read_services(*services, reading);
  if (providers) read_providers(*providers, reading);
  if (const Node* loads = fields["loads"]) read_loads(*loads, reading);
  find_start_order(reading);
  if (const Node* actors = fields["actors"]) spec.actors = read_actors(*actors, diagnostics);
  if (const Node* invariants = fields["invariants"]) {
    spec.invariants = read_invariants(*invariants, diagnostics);
  }
  std::ranges::sort(spec.not_playable, {},
                    [](const NotPlayable& it) { return std::pair(it.at.line, it.at.column); });
  spec.env_reads = reading.names.env_reads();
  // Two more than the names: a service's own `host` and `port`.
  spec.slots = reading.names.size() + 2;
  return std::move(spec);
}

// Adds what only this environment makes a mistake; what is wrong without it is told already.
void add_mistakes(const Diagnostics& found, std::string_view environment,
                  Diagnostics& diagnostics) {
  const std::vector<Diagnostic> told = diagnostics.sorted();
  for (const Diagnostic& mistake : found.sorted()) {
    const bool known = std::ranges::any_of(told, [&](const Diagnostic& other) {
      return other.at.line == mistake.at.line && other.at.column == mistake.at.column &&
             other.message == mistake.message;
    });
    if (known) continue;
    diagnostics.add(mistake.at,
                    fmt::format("{}, in the environment `{}`", mistake.message, environment),
                    mistake.remedy);
  }
}

// The one that is asked for is there, or none is.
bool check_name(const Environments& environments, const Node& root, const std::string& name,
                Diagnostics& diagnostics) {
  const auto names = environments.names();
  if (name.empty() || std::ranges::find(names, name) != names.end()) return true;
  const Node* all = root.find("environments");
  diagnostics.add(all ? all->at : root.at, fmt::format("there is no environment `{}`", name),
                  names.empty() ? "the system has no `environments:`; leave --env out"
                                : suggestion(name, names));
  return false;
}

}  // namespace

std::optional<SystemSpec> read_system(std::shared_ptr<const Source> source,
                                      const SystemOptions& options, Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const std::optional<Node> root = read_yaml(std::move(source), diagnostics);
  if (!root) return std::nullopt;
  const Environments environments(*root);
  if (!environments.check(diagnostics)) return std::nullopt;
  std::optional<SystemSpec> chosen;
  auto read = [&](std::string_view name) {
    const bool asked_for = name == options.environment;
    const Node tree = environments.tree(name);
    Diagnostics found;
    SystemSpec spec = read_tree(tree, options, asked_for ? Hosts::allowed : Hosts::any, found);
    if (name.empty()) {
      for (const Diagnostic& mistake : found.sorted()) {
        diagnostics.add(mistake.at, mistake.message, mistake.remedy);
      }
    } else {
      add_mistakes(found, name, diagnostics);
    }
    if (!asked_for) return;
    spec.environment = name;
    spec.lacking = environments.lacking(tree);
    chosen = std::move(spec);
  };
  const bool known = check_name(environments, *root, options.environment, diagnostics);
  read("");
  for (std::string_view name : environments.names()) read(name);
  if (!known || diagnostics.size() != before) return std::nullopt;
  return chosen;
}

}  // namespace peregrine::lang
