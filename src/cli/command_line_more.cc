// The commands that play what is not selected among journeys: one failure, a system, a third party.
#include "cli/command_line.h"
#include "cli/validators.h"

namespace peregrine::cli {

void CommandLine::add_replay() {
  CLI::App& replay =
      add_command("replay", "Play one thing that failed again, exactly", replay_command);
  replay.footer("Every flag can be set by the variable in brackets.");
  replay.add_option("ID", flags_.name, "As a report names it: 1a2b3c4d")->type_name("")->required();
  replay.add_option("PATH", flags_.paths, "The folder of its system.yaml, or a file there")
      ->type_name("")
      ->default_str(".")
      ->expected(0, 1);
  replay.add_option("--from", flags_.from, "A report json or jsonl in which it is told")
      ->type_name("REPORT");
  add_hosts(replay);
  add_output(replay);
  replay.add_flag("-v,--verbose", flags_.verbose, "Print every step");
}

void CommandLine::add_up() {
  CLI::App& up =
      add_command("up", "Start the system with all around it, and leave it up", up_command);
  up.add_option("SYSTEM", flags_.paths, "The folder of its system.yaml, or a file there")
      ->type_name("")
      ->default_str(".")
      ->expected(0, 1);
  up.add_option("--env", flags_.system.environment, "One of the system's `environments:`")
      ->type_name("NAME");
  up.add_option("--seed", flags_.seed, "Seed of the third parties' secrets and ids")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
  up.add_flag("-v,--verbose", flags_.verbose, "Print what happens, and what services log");
  up.add_flag("--no-color", flags_.no_color, "No colours, as NO_COLOR does");
}

void CommandLine::add_mock() {
  CLI::App& mock =
      add_command("mock", "Play a third party's API alone, until Ctrl-C", mock_command);
  mock.add_option("PROVIDER", flags_.name, "A provider that comes with Peregrine, or its file")
      ->type_name("")
      ->required();
  mock.add_option("--port", flags_.port, "Where it listens; without, on a free port")
      ->type_name("N")
      ->check(whole_number(1, 65'535));
  mock.add_option("--webhook", flags_.webhook, "Where its webhooks go, on this machine")
      ->type_name("URL");
  mock.add_flag("-q,--quiet", flags_.quiet, "Say where it is, and nothing of each call");
  mock.add_option("--seed", flags_.seed, "Seed of its secrets and ids; the same gives the same")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
}

}  // namespace peregrine::cli
