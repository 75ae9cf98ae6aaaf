// peregrine up: the system with its boundaries, left up until Ctrl-C.
#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <deque>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/notes.h"
#include "cli/reading.h"
#include "cli/tell.h"
#include "cli/terminal_options.h"
#include "cli/until_signal.h"
#include "play/fits.h"
#include "record/masking.h"
#include "report/failure_text.h"
#include "system/environment_secrets.h"
#include "system/running_system.h"

namespace peregrine::cli {

using base::Result;
using system::RunningSystem;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kStartWithin = 60s;
constexpr base::Duration kLook = 50ms;

using Started = std::optional<Result<std::unique_ptr<RunningSystem>>>;

io::Task<void> start(io::Loop& loop, const lang::SystemSpec& spec, record::Timeline& timeline,
                     uint64_t seed, Started& started) {
  started = co_await RunningSystem::start(loop, spec, timeline, {.seed = seed, .fits = play::fits},
                                          loop.in(kStartWithin));
}

void print(const std::string& text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

// What is where. The passwords of databases are of this start alone, and who is to look into one
// needs them.
void print_places(const RunningSystem& system) {
  size_t width = 0;
  for (const auto& [name, url] : system.places()) width = std::max(width, name.size());
  std::string text = fmt::format("{} is up\n\n", system.spec().name);
  for (const auto& [name, url] : system.places()) {
    text += fmt::format("  {:<{}}  {}\n", name, width, base::printable(url));
  }
  text += fmt::format("\n  its files are in {}\n  Ctrl-C ends it\n\n", system.directory());
  print(text);
}

// What happens meanwhile.
class Happenings {
 public:
  Happenings(record::Timeline& timeline, const Flags& flags) : timeline_(timeline), flags_(flags) {}

  // Prints what has happened since, if that is wanted, and forgets it.
  void print_new() {
    const report::TerminalOptions options = terminal_options(flags_);
    std::string text;
    for (record::Event event : timeline_.events()) {
      record::mask(event, timeline_.secrets());  // before the text is cut and its blanks folded
      const std::string lines =
          report::event_text(event, begin_, report::Paint(options.color), options.width);
      if (flags_.verbose) text += lines;
      if (event.kind == record::Event::Kind::log) last_lines_.push_back(lines);
      if (last_lines_.size() > kLastLines) last_lines_.pop_front();
    }
    if (!text.empty()) print(text);
    timeline_.clear();
  }
  // A service or database runs no more: its last words may come a moment later.
  void print_end(const std::string& how) {
    if (!flags_.verbose) {
      for (const std::string& lines : last_lines_) print(lines);
    }
    fmt::print(stderr, "{}\n", base::printable(timeline_.secrets().masked(how)));
  }

 private:
  static constexpr size_t kLastLines = 10;

  record::Timeline& timeline_;
  const Flags& flags_;
  base::Instant begin_ = base::monotonic_now();
  std::deque<std::string> last_lines_;
};

io::Task<int> keep_up(io::Loop& loop, io::Interrupts& interrupts, const lang::Project& project,
                      const Flags& flags) {
  const lang::SystemSpec& spec = project.system;
  record::Timeline timeline;
  system::add_environment_secrets(project, timeline.secrets());
  Started started;
  Happenings happenings(timeline, flags);
  const int signal = co_await until_signal(
      loop, interrupts, start(loop, spec, timeline, flags.seed.value_or(1), started));
  if (signal != 0) {
    fmt::print(stderr, "\ninterrupted; everything that was started has been ended\n");
    co_return 128 + signal;
  }
  if (!*started) {
    fmt::print(stderr, "The system could not be started: {}\n",
               timeline.secrets().masked(started->error().to_string()));
    co_return kNotStarted;
  }
  const std::unique_ptr<RunningSystem> system = *std::move(*started);
  print_places(*system);
  std::optional<std::string> fallen;
  for (bool ended = false; !ended && !fallen;) {
    ended = (co_await interrupts.next(loop.in(kLook))).has_value();
    fallen = system->fallen();
    if (fallen) (void)co_await loop.sleep(kLook);
    happenings.print_new();
  }
  const std::string directory = system->directory();
  if (fallen) happenings.print_end(*fallen);
  co_await system->stop();
  print(fmt::format("\n{} is over; what was in {} is gone\n", spec.name, directory));
  co_return fallen ? kFell : kHeld;
}

}  // namespace

int up_command(const Flags& flags) {
  const auto project = read_system_or_tell(flags);
  if (!project || refuse_system(*project)) return kWrongFile;
  auto loop = io::Loop::create();
  if (!loop) return tell(loop.error().to_string(), kOwnError);
  auto interrupts = io::Interrupts::take(**loop, {SIGINT, SIGTERM, SIGHUP});
  if (!interrupts) return tell(interrupts.error().to_string(), kOwnError);
  return (*loop)->run(keep_up(**loop, *interrupts, *project, flags));
}

}  // namespace peregrine::cli
