#include "system/clock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <system_error>

#include "base/check.h"

namespace peregrine::system {

using base::ClockPage;
using base::Code;
using base::fail;
using base::Result;

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLibrary = "libperegrine_clock.so";

// Beside the program; one of a folder below, as tests are, has it in the folder above.
Result<fs::path> find_library() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path folder = program.parent_path();
  for (const fs::path& candidate :
       {folder, folder.parent_path(), folder.parent_path().parent_path()}) {
    if (fs::is_regular_file(candidate / kLibrary, error)) return candidate / kLibrary;
  }
  return fail(Code::not_found,
              "{} is not beside {}, and without it no clock can be moved: it is built and "
              "installed with Peregrine",
              kLibrary, program.string());
}

// What stands between a path and LD_PRELOAD, which is a list and has no quotes.
Result<> check_loadable(const std::string& folder) {
  if (folder.find_first_of(" :") != std::string::npos) {
    return fail(Code::invalid,
                "programs cannot be given a clock from {}: a blank or a colon in its path; set "
                "TMPDIR to another folder",
                folder);
  }
  struct statvfs found{};
  if (statvfs(folder.c_str(), &found) == 0 && (found.f_flag & ST_NOEXEC) != 0) {
    return fail(Code::invalid,
                "programs cannot be given a clock from {}: it is mounted with noexec; set TMPDIR "
                "to another folder",
                folder);
  }
  return {};
}

Result<ClockPage*> make_page(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return base::fail_errno(errno, "make " + path);
  // PostgreSQL may run as another user.
  void* mapped = MAP_FAILED;
  if (fchmod(fd, 0644) == 0 && ftruncate(fd, sizeof(ClockPage)) == 0) {
    mapped = mmap(nullptr, sizeof(ClockPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  const int error = errno;
  close(fd);
  if (mapped == MAP_FAILED) return base::fail_errno(error, "map " + path);
  return new (mapped) ClockPage();
}

std::string* find_variable(std::vector<std::string>& environment, std::string_view name) {
  const auto found = std::ranges::find_if(environment, [&](const std::string& entry) {
    return entry.starts_with(name) && entry.substr(name.size(), 1) == "=";
  });
  return found == environment.end() ? nullptr : &*found;
}

}  // namespace

Clock::~Clock() {
  if (page_) munmap(page_, sizeof(ClockPage));
}

// The library is copied: where Peregrine lies, its path may have blanks, and the user that
// PostgreSQL runs as may not be let in.
Result<> Clock::steer(const PrivateDirectory& directory) {
  base::check(!page_, "a clock is steered twice");
  TRY_OK(check_loadable(directory.path()));
  TRY(const fs::path from, find_library());
  library_ = fmt::format("{}/{}", directory.path(), kLibrary);
  std::error_code error;
  fs::copy_file(from, library_, error);
  if (!error) fs::permissions(library_, static_cast<fs::perms>(0755), error);
  if (error) return fail(Code::failed, "cannot copy {}: {}", from.string(), error.message());
  page_path_ = directory.path() + "/clock";
  TRY(page_, make_page(page_path_));
  return {};
}

base::Duration Clock::ahead() const {
  return base::Duration(page_ ? page_->ahead_ns.load(std::memory_order_relaxed) : 0);
}

bool Clock::can_show(base::WallTime instant) {
  return instant.time_since_epoch() >= base::Duration(0);
}

void Clock::set(base::WallTime instant) {
  base::check(can_show(instant), "a clock is set to before 1970");
  move(instant - base::wall_now());
}

void Clock::jump(base::Duration by) {
  base::check(can_show(now() + by), "a clock is set to before 1970");
  move(ahead() + by);
}

void Clock::let_go() { move(base::Duration(0)); }

void Clock::move(base::Duration ahead) {
  base::check(page_ != nullptr, "a clock is moved that is the machine's");
  const base::WallTime before = now();
  page_->ahead_ns.store(ahead.count(), std::memory_order_release);
  const base::WallTime after = now();
  for (const Listener& listener : listeners_) listener(before, after);
}

void Clock::give_to(std::vector<std::string>& environment) const {
  if (!page_) return;
  auto put_first = [&](std::string_view name, std::string_view value, std::string_view between) {
    if (std::string* entry = find_variable(environment, name)) {
      const std::string rest = entry->substr(name.size() + 1);
      *entry = fmt::format("{}={}{}{}", name, value, rest.empty() ? "" : between, rest);
    } else {
      environment.push_back(fmt::format("{}={}", name, value));
    }
  };
  put_first("LD_PRELOAD", library_, ":");
  // The address sanitizer of GCC wants its own runtime to be the first and refuses otherwise;
  // nothing that this library does needs that.
  put_first("ASAN_OPTIONS", "verify_asan_link_order=0", ":");
  if (std::string* entry = find_variable(environment, ClockPage::kVariable)) {
    *entry = fmt::format("{}={}", ClockPage::kVariable, page_path_);
  } else {
    environment.push_back(fmt::format("{}={}", ClockPage::kVariable, page_path_));
  }
}

}  // namespace peregrine::system
