// The browser of a system: a headless Chromium of Peregrine's own, with a profile of its own that
// goes with the run's directory. What its pages ask for stays within the system: no other host than
// those that are named has an address for it.
//
// When this is root it runs as `nobody`, for the sandbox of its pages is not to be had as root; and
// without that sandbox only on a machine that has none to give.
//
// One thread: the loop's, which outlives it, as the reaper and the directory do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/reaper.h"
#include "io/scope.h"
#include "net/devtools.h"
#include "system/clock.h"
#include "system/last_lines.h"
#include "system/private_directory.h"

namespace peregrine::system {

struct BrowserOptions {
  std::vector<std::string> hosts;  // that may be reached, beside localhost
  std::string zone;                // where its pages are: "Europe/Berlin"
  const Clock* clock = nullptr;    // that its pages show. Outlives the start
};

class Browser {
 public:
  // Fails with Code::not_found, which says what to install; failed, with the end of its log.
  static io::Task<base::Result<std::unique_ptr<Browser>>> start(io::Loop& loop, io::Reaper& reaper,
                                                                const PrivateDirectory& directory,
                                                                BrowserOptions options,
                                                                io::Deadline deadline);
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;
  // Kills it.
  ~Browser();

  net::DevTools& tools() { return *tools_; }
  // Why it no longer runs, if it does not: "the browser was ended by SIGKILL".
  std::optional<std::string> fallen() const;

 private:
  Browser(io::Loop& loop, std::string folder);
  base::Result<io::Command> command(const BrowserOptions& options, bool sandboxed) const;
  io::Task<base::Result<>> launch(io::Reaper& reaper, io::Command command, io::Deadline deadline);
  io::Task<void> collect_log();

  io::Loop& loop_;
  const std::string folder_;
  std::unique_ptr<io::Child> process_;
  LastLines lines_;
  std::string url_;  // of its DevTools, once it says so
  bool ended_ = false;
  bool lacks_sandbox_ = false;
  io::Signal said_;
  std::unique_ptr<net::DevTools> tools_;
  io::Scope scope_;
};

}  // namespace peregrine::system
