#include "system/browser.h"

#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/random.h"
#include "system/find_program.h"

namespace peregrine::system {

using base::Code;
using base::Result;

namespace {

constexpr std::string_view kSaysWhere = "DevTools listening on ";
constexpr std::string_view kSaysNoSandbox = "No usable sandbox";

// Nothing of its own goes out, and nothing waits for somebody who does not look at it.
constexpr std::string_view kSwitches[] = {"--headless",
                                          "--remote-debugging-port=0",
                                          "--no-first-run",
                                          "--no-default-browser-check",
                                          "--no-proxy-server",
                                          "--no-pings",
                                          "--mute-audio",
                                          "--hide-scrollbars",
                                          "--disable-gpu",
                                          "--disable-dev-shm-usage",
                                          "--disable-background-networking",
                                          "--disable-background-timer-throttling",
                                          "--disable-backgrounding-occluded-windows",
                                          "--disable-renderer-backgrounding",
                                          "--disable-breakpad",
                                          "--disable-component-update",
                                          "--disable-default-apps",
                                          "--disable-domain-reliability",
                                          "--disable-extensions",
                                          "--disable-features=Translate,OptimizationHints,"
                                          "MediaRouter,AutofillServerCommunication,"
                                          "BackForwardCache,Prerender2",
                                          "--disable-hang-monitor",
                                          "--disable-ipc-flooding-protection",
                                          "--disable-popup-blocking",
                                          "--disable-prompt-on-repost",
                                          "--disable-quic",
                                          "--disable-sync",
                                          "--force-color-profile=srgb",
                                          "--force-webrtc-ip-handling-policy="
                                          "disable_non_proxied_udp",
                                          "--metrics-recording-only",
                                          "--password-store=basic",
                                          "--use-mock-keychain",
                                          "--window-size=1280,720"};

Result<std::string> find_browser() {
  if (const char* named = std::getenv("PEREGRINE_BROWSER"); named && *named) {
    if (access(named, X_OK) == 0) return std::string(named);
    return base::fail_errno(errno, fmt::format("PEREGRINE_BROWSER names {}", named));
  }
  if (auto found = find_program({"chromium", "chromium-browser", "google-chrome-stable",
                                 "google-chrome", "microsoft-edge-stable"})) {
    return *std::move(found);
  }
  return base::fail(Code::not_found,
                    "no Chromium is installed here. Install it (Debian: apt-get install chromium), "
                    "or name a browser of its kind by PEREGRINE_BROWSER");
}

std::optional<io::Identity> browser_identity() {
  if (geteuid() != 0) return std::nullopt;
  if (const passwd* user = getpwnam("nobody")) return io::Identity{user->pw_uid, user->pw_gid};
  return io::Identity{65534, 65534};
}

// Every other host has no address.
std::string reach_of(const BrowserOptions& options) {
  std::string rules = "--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE localhost";
  for (const std::string& host : options.hosts) rules += fmt::format(",EXCLUDE {}", host);
  return rules;
}

}  // namespace

Browser::Browser(io::Loop& loop, std::string folder)
    : loop_(loop), folder_(std::move(folder)), said_(loop), scope_(loop) {}

Browser::~Browser() {
  if (process_) (void)process_->kill(SIGKILL);
}

io::Task<Result<std::unique_ptr<Browser>>> Browser::start(io::Loop& loop, io::Reaper& reaper,
                                                          const PrivateDirectory& directory,
                                                          BrowserOptions options,
                                                          io::Deadline deadline) {
  // One that ends may still have its folder.
  const std::string folder =
      fmt::format("{}/browser-{:016x}", directory.path(), base::fresh_seed());
  if (mkdir(folder.c_str(), 0700) != 0) co_return base::fail_errno(errno, "make " + folder);
  if (const auto owner = browser_identity()) {
    if (chown(folder.c_str(), owner->uid, owner->gid) != 0) {
      co_return base::fail_errno(errno, "give away " + folder);
    }
  }
  for (const bool sandboxed : {true, false}) {
    std::unique_ptr<Browser> browser(new Browser(loop, folder));
    CO_TRY(io::Command command, browser->command(options, sandboxed));
    const Result<> launched = co_await browser->launch(reaper, std::move(command), deadline);
    if (launched) co_return std::move(browser);
    if (!sandboxed || !browser->lacks_sandbox_) {
      co_return base::fail(launched.error().code, "{}{}", launched.error().to_string(),
                           browser->lines_.to_string());
    }
  }
  co_return base::fail(Code::failed, "the browser does not start");
}

Result<io::Command> Browser::command(const BrowserOptions& options, bool sandboxed) const {
  io::Command command;
  TRY(std::string program, find_browser());
  command.argv = {std::move(program)};
  for (const std::string_view each : kSwitches) command.argv.emplace_back(each);
  command.argv.push_back(reach_of(options));
  command.argv.push_back("--user-data-dir=" + folder_);
  if (!sandboxed) command.argv.emplace_back("--no-sandbox");
  command.argv.emplace_back("about:blank");
  command.env = {fmt::format("PATH={}", kUsualPath), "LANG=C.UTF-8", "HOME=" + folder_,
                 "TMPDIR=" + folder_, "TZ=" + options.zone};
  if (options.clock) options.clock->give_to(command.env);
  command.cwd = folder_;
  command.as = browser_identity();
  return command;
}

io::Task<Result<>> Browser::launch(io::Reaper& reaper, io::Command command, io::Deadline deadline) {
  CO_TRY(process_, co_await reaper.spawn(std::move(command), deadline));
  scope_.spawn(collect_log());
  while (url_.empty() && !ended_) CO_TRY_OK(co_await said_.wait(deadline));
  if (url_.empty()) {
    (void)co_await process_->wait(deadline);
    co_return base::fail(Code::failed, "{}", fallen().value_or("the browser says nothing"));
  }
  CO_TRY(tools_, co_await net::DevTools::connect(loop_, url_, deadline));
  // Whoever has a context is told of the windows in it.
  CO_TRY_OK(co_await tools_->call("", "Target.setDiscoverTargets",
                                  {{"discover", base::Value(true)}}, deadline));
  co_return Result<>{};
}

io::Task<void> Browser::collect_log() {
  for (;;) {
    auto line = co_await process_->output().line(io::Deadline::never());
    if (!line || !*line) break;
    if (url_.empty() && (*line)->starts_with(kSaysWhere)) url_ = (*line)->substr(kSaysWhere.size());
    lacks_sandbox_ = lacks_sandbox_ || (*line)->contains(kSaysNoSandbox);
    lines_.add(**std::move(line));
    said_.notify_all();
  }
  ended_ = true;
  said_.notify_all();
}

std::optional<std::string> Browser::fallen() const {
  if (process_ && process_->exited()) {
    return fmt::format("the browser {}", process_->exited()->to_string());
  }
  if (tools_ && tools_->ended()) return "the browser has ended";
  return std::nullopt;
}

}  // namespace peregrine::system
