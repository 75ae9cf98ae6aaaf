#include "system/postgres_binaries.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>

namespace peregrine::system {

using base::Code;
using base::Result;
using io::Deadline;
using io::Reaper;
using io::Task;

namespace {

namespace fs = std::filesystem;

constexpr const char* kAdvice =
    "no PostgreSQL server is installed here. Install it (Debian, Ubuntu: apt-get install "
    "postgresql; Fedora: dnf install postgresql-server), no service of it needs to run";

bool has_server(const fs::path& folder) {
  return access((folder / "postgres").c_str(), X_OK) == 0 &&
         access((folder / "initdb").c_str(), X_OK) == 0;
}

// The number at the end of "15" or "pgsql-15"; 0 when there is none.
int trailing_number(const std::string& name) {
  const size_t last_other = name.find_last_not_of("0123456789");
  const size_t begin = last_other == std::string::npos ? 0 : last_other + 1;
  int number = 0;
  std::from_chars(name.data() + begin, name.data() + name.size(), number);
  return number;
}

std::string newest_installed() {
  std::string best;
  int best_number = 0;
  for (const char* root : {"/usr/lib/postgresql", "/usr"}) {
    std::error_code error;
    for (fs::directory_iterator i(root, error), end; !error && i != end; i.increment(error)) {
      const std::string name = i->path().filename();
      if (std::string_view(root) == "/usr" && !name.starts_with("pgsql-")) continue;
      const int number = trailing_number(name);
      if (number > best_number && has_server(i->path() / "bin")) {
        best = i->path() / "bin";
        best_number = number;
      }
    }
  }
  return best;
}

Task<Result<std::string>> first_line_of(Reaper& reaper, std::vector<std::string> argv,
                                        Deadline deadline) {
  const std::string name = argv[0];
  io::Command command{std::move(argv), io::inherited_environment(), "", {}};
  CO_TRY(io::Output output, co_await run_program(reaper, std::move(command), deadline));
  if (!output.status.ok() || output.lines.empty()) {
    co_return base::fail(Code::failed, "{} {}", name, output.status.to_string());
  }
  co_return output.lines[0];
}

}  // namespace

Task<Result<PostgresBinaries>> find_postgres(Reaper& reaper, std::string wanted,
                                             Deadline deadline) {
  PostgresBinaries found{std::move(wanted), ""};
  if (found.folder.empty()) found.folder = newest_installed();
  if (found.folder.empty()) {
    std::vector<std::string> ask{"pg_config", "--bindir"};
    Result<std::string> told = co_await first_line_of(reaper, std::move(ask), deadline);
    if (told) found.folder = *told;
  }
  if (!has_server(found.folder)) {
    if (found.folder.empty()) co_return base::fail(Code::not_found, "{}", kAdvice);
    co_return base::fail(Code::not_found, "no postgres and initdb in {}: {}", found.folder,
                         kAdvice);
  }
  std::vector<std::string> ask{found.folder + "/postgres", "--version"};
  CO_TRY(const std::string line, co_await first_line_of(reaper, std::move(ask), deadline));
  // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
  const size_t number = line.find_first_of("0123456789");
  if (number == std::string::npos) {
    co_return base::fail(Code::failed, "postgres --version said: {}", line);
  }
  found.version = line.substr(number, line.find(' ', number) - number);
  co_return found;
}

}  // namespace peregrine::system
