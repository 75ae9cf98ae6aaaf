#include "system/environment_secrets.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "system/wiring.h"

namespace peregrine::system {

namespace {

// What POSIX and shells put into every environment: it stands in half of all lines.
bool is_of_every_session(std::string_view name) {
  static constexpr std::array<std::string_view, 13> kNames = {
      "PATH", "HOME", "USER", "LOGNAME", "SHELL",  "PWD",     "OLDPWD",
      "LANG", "TERM", "TZ",   "TMPDIR",  "EDITOR", "HOSTNAME"};
  return std::ranges::find(kNames, name) != kNames.end() || name.starts_with("LC_") ||
         name.starts_with("XDG_");
}

// Where a program lies, or should, is of use in an error and no secret.
bool is_path(const std::string& value) {
  std::error_code error;
  const size_t second = value.find('/', 1);
  const bool below_a_folder = value.starts_with('/') && second != value.npos && second > 1 &&
                              std::filesystem::is_directory(value.substr(0, second), error);
  return below_a_folder || (value.contains('/') && std::filesystem::exists(value, error));
}

// Each variable once, by the first place that reads it. One that is read by a name not known
// before it runs may be any.
std::vector<lang::EnvRead> variables_read(const lang::Project& project) {
  std::vector<lang::EnvRead> variables;
  std::set<std::string, std::less<>> known;
  auto add = [&](lang::EnvRead read) {
    if (is_of_every_session(read.name) || !known.insert(read.name).second) return;
    variables.push_back(std::move(read));
  };
  auto add_all = [&](const std::vector<lang::EnvRead>& reads) {
    for (const lang::EnvRead& read : reads) {
      if (!read.name.empty()) {
        add(read);
        continue;
      }
      for (const auto& [name, value] : environment_value().as_map()) add({name, read.at});
    }
  };
  add_all(project.system.env_reads);
  for (const lang::Plan& plan : project.journeys) add_all(plan.env_reads);
  for (const lang::ProviderSpec& provider : project.providers) add_all(provider.env_reads);
  for (const lang::ProviderUse& use : project.system.providers) {
    if (use.provider) add_all(use.provider->env_reads);
  }
  return variables;
}

}  // namespace

void add_environment_secrets(const lang::Project& project, record::Secrets& secrets) {
  for (const lang::EnvRead& read : variables_read(project)) {
    const base::Value* value = environment_value().find(read.name);
    if (value && !is_path(value->as_text())) secrets.add(read.name, value->as_text());
  }
}

std::vector<UnmaskedVariable> unmasked_variables(const lang::Project& project) {
  std::vector<UnmaskedVariable> unmasked;
  for (const lang::EnvRead& read : variables_read(project)) {
    const base::Value* value = environment_value().find(read.name);
    if (!value || value->as_text().empty()) continue;
    const std::string_view reason = record::Secrets::reason_not_to_mask(value->as_text());
    if (!reason.empty()) unmasked.push_back({read, std::string(reason)});
  }
  return unmasked;
}

}  // namespace peregrine::system
