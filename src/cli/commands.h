// The commands, one file each. A command reads its flags, calls the layers below, and says how the
// process exits; it holds no logic of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/system_spec.h"
#include "trial/load/load.h"
#include "trial/race/race.h"
#include "trial/selection.h"

namespace peregrine::cli {

// Exit codes (docs/running.md).
enum Exit : int {
  kHeld = 0,
  kFell = 1,
  kWrongFile = 2,
  kNotStarted = 3,
  kOwnError = 4,
  kInconclusive = 5,
  kCrossed = 99,
};

struct Flags {
  std::string program = "peregrine";  // as it was called
  std::vector<std::string> paths;
  // What `new` makes, the shell of `completion`, the kind of `schema`, the provider of `mock`.
  std::string name;
  std::vector<std::string> runs;  // of `report`: a file, or `merge` and several
  lang::SystemOptions system;     // `--env`, `--allow-host`
  trial::Selection selection;
  std::optional<uint64_t> seed;
  uint64_t repeat = 1;
  uint64_t jobs = 1;
  bool shuffle = false;
  bool fail_fast = false;
  std::vector<std::string> reports;  // "FORMAT=PATH"
  std::string metrics;               // of `run` and `load`: where they are served
  std::string otlp;                  // likewise: the URL that they are posted to
  trial::LoadChanges load;           // `--users`, `--rate`, `--for`, …
  std::optional<size_t> processes;   // of `load`: that play users
  bool observe = false;              // of `load`
  trial::RaceOptions race;           // `--times`, `--bound`, `--order`, …
  uint16_t port = 0;                 // of `mock`; 0: a free one
  std::string webhook;               // of `mock`: the URL that webhooks go to
  bool quiet = false;
  bool verbose = false;
  bool no_color = false;
};

int run_command(const Flags& flags);
int load_command(const Flags& flags);
int race_command(const Flags& flags);
int up_command(const Flags& flags);
int check_command(const Flags& flags);
int new_command(const Flags& flags);
int completion_command(const Flags& flags);
int schema_command(const Flags& flags);
int mock_command(const Flags& flags);
int report_command(const Flags& flags);

// What stands before the runs of `report` that are to be one; a file of this name is ./merge.
inline constexpr const char* kMerge = "merge";

// Those that `completion` has a script for.
std::vector<std::string_view> shells();

}  // namespace peregrine::cli
