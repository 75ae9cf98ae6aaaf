#include "lang/system_reading.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

// `redis: {}` is a database and a verb, and steps tell them apart; so with mail and text messages.
bool may_share_name_with_verb(std::string_view name) {
  return name == "redis" || name == "mail" || name == "sms";
}

bool is_verb(std::string_view name) { return find_verb(name) != nullptr; }

}  // namespace

std::optional<Slot> SystemReading::declare(const Node& key, std::string_view what) {
  const std::string& name = key.text;
  if (!check_identifier(key, fmt::format("a {}", what), diagnostics)) return std::nullopt;
  if (is_verb(name) && !may_share_name_with_verb(name)) {
    diagnostics.add(key.at, fmt::format("`{}` is a verb of journeys", name), "choose another name");
    return std::nullopt;
  }
  if (names.find(name) || name == "this" || name == "host" || name == "port") {
    diagnostics.add(key.at, fmt::format("the name `{}` is taken", name),
                    "services, databases and providers differ in their names, also from env, host "
                    "and port");
    return std::nullopt;
  }
  return names.declare(name);
}

std::string SystemReading::read_file_path(const Node& node, std::string_view what) {
  const std::string path = read_text(node, what, diagnostics);
  if (path.empty()) return "";
  const auto whole = (std::filesystem::path(source->folder()) / path).lexically_normal();
  std::error_code error;
  if (std::filesystem::is_regular_file(whole, error)) return whole.string();
  diagnostics.add(node.at, fmt::format("there is no file {}", whole.string()),
                  "paths start from the folder of this file");
  return "";
}

Variables SystemReading::read_variables(const Node& node, const Names& known) {
  Variables variables;
  if (!check_map(node, "`env`", diagnostics)) return variables;
  for (const auto& [name, value] : node.entries) {
    if (name.text.empty() || name.text.contains('=')) {
      diagnostics.add(name.at, fmt::format("`{}` cannot name a variable", name.text),
                      "it has no = in it");
    }
    variables.emplace_back(
        name.text, compile_text(value, "a variable", "write its text; an empty one is \"\"", known,
                                diagnostics));
  }
  return variables;
}

void SystemReading::not_playable(const Place& at, std::string what, bool run_needs_it) {
  spec.not_playable.push_back({at, std::move(what), run_needs_it});
}

}  // namespace peregrine::lang
