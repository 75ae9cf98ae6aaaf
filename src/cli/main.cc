#include <fmt/core.h>

#include <csignal>
#include <exception>

#include "cli/command_line.h"
#include "net/postgres.h"

namespace {

using peregrine::cli::CommandLine;

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
    fmt::print(stderr, "peregrine: a bug: {}\n", e.what());
    return peregrine::cli::kOwnError;
  }
}
