#include <fmt/core.h>

#include <csignal>
#include <exception>
#include <system_error>

#include "cli/command_line.h"
#include "net/postgres.h"

namespace {

using peregrine::cli::CommandLine;

// As a shell tells of a program that the signal ended.
constexpr int kNobodyReads = 128 + SIGPIPE;

int play(int argc, char** argv) {
  CommandLine line;
  const auto read = line.read(argc, argv);
  if (const int* code = std::get_if<int>(&read)) return *code;
  return std::get<CommandLine::Command>(read)(line.flags());
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  peregrine::net::forget_libpq_environment();
  try {
    return play(argc, argv);
  } catch (const std::exception& e) {
    const auto* failed = dynamic_cast<const std::system_error*>(&e);
    if (failed && failed->code() == std::errc::broken_pipe) return kNobodyReads;
    fmt::print(stderr, "peregrine: a bug: {}\n", e.what());
    return peregrine::cli::kOwnError;
  }
}
