#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>

#include "cli/commands.h"
#include "net/postgres.h"
#include "report/version.h"

namespace {

using peregrine::cli::Flags;

// Flags that every command which reads journeys has.
void add_paths(CLI::App& command, Flags& flags) {
  command.add_option("PATH", flags.paths, "a folder, a journey's file, or file:line")
      ->default_str(".");
}

void add_run(CLI::App& app, Flags& flags) {
  CLI::App& run = *app.add_subcommand("run", "Play each journey once: does it work?");
  add_paths(run, flags);
  run.add_option("--seed", flags.seed, "Seed of all random values")
      ->envname("PEREGRINE_SEED")
      ->check(CLI::NonNegativeNumber);
  run.add_flag("--fail-fast", flags.fail_fast, "Stop at the first journey that fails")
      ->envname("PEREGRINE_FAIL_FAST");
  run.add_option("--report", flags.reports,
                 "Write a report: json=PATH or junit=PATH; may be repeated")
      ->envname("PEREGRINE_REPORT")
      ->allow_extra_args(false);
  run.add_flag("-q,--quiet", flags.quiet, "Print failures and the last line only")
      ->envname("PEREGRINE_QUIET");
  run.add_flag("-v,--verbose", flags.verbose, "Print every step")->envname("PEREGRINE_VERBOSE");
  run.add_flag("--no-color", flags.no_color, "Print without colours (as NO_COLOR does)");
}

int play(int argc, char** argv) {
  CLI::App app{"Peregrine proves, end to end, that a multi-service product works.", "peregrine"};
  app.set_version_flag("--version", std::string(peregrine::report::kVersion));
  app.require_subcommand(1);
  Flags flags;
  if (argc > 0) flags.program = argv[0];
  add_run(app, flags);
  CLI::App& check = *app.add_subcommand("check", "Read everything, report every mistake");
  add_paths(check, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? peregrine::cli::kHeld : peregrine::cli::kWrongFile;
  }
  if (flags.paths.empty()) flags.paths.push_back(".");
  return check.parsed() ? peregrine::cli::check_command(flags) : peregrine::cli::run_command(flags);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  peregrine::net::forget_libpq_environment();
  try {
    return play(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "peregrine: a bug: {}\n", e.what());
    return peregrine::cli::kOwnError;
  }
}
