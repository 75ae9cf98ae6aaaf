// peregrine new: a folder with a system and a first journey, which hold.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/new_files.h"
#include "cli/tell.h"

namespace peregrine::cli {

namespace fs = std::filesystem;

namespace {

bool is_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  if (!path) return false;
  return std::ranges::any_of(base::split(path, ':'), [&](std::string_view folder) {
    return !folder.empty() && access((fs::path(folder) / name).c_str(), X_OK) == 0;
  });
}

// The system's name: that of its folder, also of `.`.
std::string name_of(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

// Writes a file that is not there yet; what somebody else writes meanwhile stays, too.
bool write_new(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::FILE* file = std::fopen(path.c_str(), "wxe");
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file && std::fclose(file) == 0;
  if (written && closed) return true;
  tell(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
  return false;
}

bool is_free(const fs::path& folder, const std::vector<NewFile>& files) {
  std::string there;
  for (const NewFile& file : files) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(folder / file.path, error))) {
      there += fmt::format("\n  {}", (folder / file.path).string());
    }
  }
  if (there.empty()) return true;
  tell("nothing was written, these files are there already:" + there);
  return false;
}

using Lines = std::vector<std::pair<std::string, std::string_view>>;

void print_in_columns(const Lines& lines) {
  size_t width = 0;
  for (const auto& [left, right] : lines) width = std::max(width, base::display_width(left));
  for (const auto& [left, right] : lines) {
    fmt::print("{}{}  {}\n", left, std::string(width - base::display_width(left), ' '), right);
  }
}

}  // namespace

int new_command(const Flags& flags) {
  const fs::path folder = flags.name;
  const auto files =
      new_files(name_of(folder), is_program("python3") ? Example::python : Example::postgres);
  if (!is_free(folder, files)) return kWrongFile;
  Lines wrote;
  for (const NewFile& file : files) {
    const fs::path path = folder / file.path;
    if (!write_new(path, file.text)) return kWrongFile;
    wrote.emplace_back("wrote " + path.string(), file.what);
  }
  print_in_columns(wrote);
  const std::string program = base::in_shell(flags.program);
  const std::string where = base::in_shell(flags.name);
  fmt::print("\nNext:\n");
  print_in_columns({{fmt::format("  {} run {}", program, where), "start it and play its journey"},
                    {fmt::format("  {} run {} -v --repeat 3", program, where),
                     "every step, three times, with other values"},
                    {fmt::format("  {} check {}", program, where), "read it all, start nothing"}});
  fmt::print("Then put your own service in {}.\n", (folder / "system.yaml").string());
  return kHeld;
}

}  // namespace peregrine::cli
