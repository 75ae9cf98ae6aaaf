// What the commands that play a trial have in common: what they read, whom they tell, what they
// write, how they end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/reports.h"
#include "io/loop.h"
#include "lang/project.h"

namespace peregrine::cli {

// What is to be played, and where to it is reported.
struct ToPlay {
  lang::Project project;
  std::vector<ReportRequest> reports;
};
// None when something is wrong, or nothing can be played; that has been printed.
std::optional<ToPlay> read_to_play(const Flags& flags);

// The seed that a flag names, or a fresh one.
uint64_t seed_of(const Flags& flags);
// "peregrine run PATH --seed 7": the command with what selects and this seed; its own flags are the
// caller's to add.
std::string repeat_command(const Flags& flags, std::string_view command, uint64_t seed);
// The command that plays one failure of this system again.
trial::ReplayCommand replay_command_of(const Flags& flags, const lang::SystemSpec& system);

// What a trial that ended so says to whoever called it (docs/running.md).
int exit_code(const record::RunResult& result);

// Plays until it has ended or somebody interrupts it, and gives the exit code. `results`: how many
// a run has that is played to its end.
using Play = std::function<io::Task<base::Result<record::RunResult>>(io::Loop&, record::Observer&)>;
// `beside`: who is told too, if anybody.
int play_trial(const Flags& flags, const ToPlay& given, size_t results, const Play& play,
               record::Observer* beside = nullptr);

}  // namespace peregrine::cli
