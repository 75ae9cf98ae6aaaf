// The command line: which commands there are, with their flags. Each flag that takes part in a
// command has an environment variable of its name: `--fail-fast` is PEREGRINE_FAIL_FAST. What the
// command line says goes before what the environment says; an empty variable says nothing.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/commands.h"

namespace peregrine::cli {

class CommandLine {
 public:
  CommandLine();

  // Reads the arguments and the environment. Either what to do, or the exit code when all is said:
  // after `--help`, or after a mistake that was told on standard error.
  using Command = int (*)(const Flags&);
  std::variant<Command, int> read(int argc, char** argv);

  const Flags& flags() const { return flags_; }

 private:
  CLI::App& add_command(const std::string& name, const std::string& does, Command command);
  void add_selection(CLI::App& command);
  void add_hosts(CLI::App& command);
  void add_run();
  void add_load();
  void add_race();
  void add_replay();
  static CLI::Option* add_read(CLI::App& command, const std::string& flag, const std::string& type,
                               const std::string& does,
                               std::function<bool(const std::string&)> read);
  void add_output(CLI::App& command);
  void add_exports(CLI::App& command);
  void add_others();
  void add_mock();
  void add_up();
  int tell_mistake(const CLI::ParseError& error);
  static void read_environment(CLI::App& command);
  void warn_of_variables() const;

  CLI::App app_;
  Flags flags_;
  std::vector<std::pair<CLI::App*, Command>> commands_;
};

}  // namespace peregrine::cli
