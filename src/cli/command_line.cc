#include "cli/command_line.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/complete.h"
#include "cli/tell.h"
#include "cli/validators.h"
#include "lang/fields.h"
#include "lang/load_reader.h"
#include "lang/schema/schema.h"
#include "report/version.h"
#include "trial/load/workers.h"

namespace peregrine::cli {

namespace {

constexpr uint64_t kMostRounds = 1'000'000;
constexpr uint64_t kMostJobs = 64;
constexpr uint64_t kMostUsers = 1'000'000;
constexpr uint64_t kMostSchedules = 1'000'000;
constexpr uint64_t kMostBound = 10;
constexpr uint64_t kMostIterations = 1'000'000'000;

// "0,1,1,0"
std::optional<std::vector<size_t>> parse_order(const std::string& text) {
  std::vector<size_t> order;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    size_t contender = 0;
    const auto parsed = std::from_chars(at, end, contender);
    if (parsed.ec != std::errc() || contender >= kMostUsers) return std::nullopt;
    order.push_back(contender);
    at = parsed.ptr;
    if (at < end && *at++ != ',') return std::nullopt;
  }
  if (order.empty()) return std::nullopt;
  return order;
}

// "--fail-fast": PEREGRINE_FAIL_FAST. None for a positional argument and for `--help`.
std::string variable_of(const CLI::Option& option) {
  const auto& names = option.get_lnames();
  if (names.empty() || names.front() == "help" || names.front() == "version") return "";
  std::string variable = "PEREGRINE_";
  for (char c : names.front()) {
    const bool letter = c >= 'a' && c <= 'z';
    variable += c == '-' ? '_' : letter ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

// The names to choose from where a word is not known.
std::vector<std::string> known_words(const CLI::App& app, bool flags) {
  std::vector<std::string> words;
  if (flags) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  } else {
    for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  }
  return words;
}

std::string describe_unknown(const CLI::App& app, const std::string& given) {
  const bool flag = given.starts_with('-');
  const std::string word = given.substr(0, given.find('='));
  const std::vector<std::string> known = known_words(app, flag);
  const std::vector<std::string_view> views(known.begin(), known.end());
  std::string text = fmt::format("there is no {} `{}`", flag ? "flag" : "command", word);
  if (flag) text += fmt::format(" of `{}`", app.get_name());
  if (const auto near = base::nearest(word, views)) {
    return text + fmt::format("; did you mean `{}`?", *near);
  }
  return text + fmt::format("; there is {}", base::alternatives(views));
}

}  // namespace

CommandLine::CommandLine()
    : app_("Peregrine proves, end to end, that a multi-service product works.", "peregrine") {
  app_.get_formatter()->column_width(26);
  app_.set_version_flag("--version", std::string(report::kVersion));
  app_.require_subcommand(0, 1);
  app_.footer("peregrine COMMAND --help tells the flags of a command.");
  add_run();
  add_load();
  add_race();
  add_others();
  for (const auto& [command, run] : commands_) {
    for (CLI::Option* option : command->get_options()) {
      const std::string variable = variable_of(*option);
      if (variable.empty()) continue;
      option->description(fmt::format("{} [{}]", option->get_description(), variable));
    }
  }
}

CLI::App& CommandLine::add_command(const std::string& name, const std::string& does,
                                   Command command) {
  CLI::App& app = *app_.add_subcommand(name, does);
  commands_.emplace_back(&app, command);
  return app;
}

void CommandLine::add_selection(CLI::App& command) {
  command.footer("Every flag can be set by the variable in brackets.");
  command.add_option("PATH", flags_.paths, "A folder, a journey's file, or file:line")
      ->type_name("")
      ->default_str(".");
  command.add_option("--env", flags_.system.environment, "One of the system's `environments:`")
      ->type_name("NAME");
  command
      .add_option("--allow-host", flags_.system.allowed_hosts,
                  "Send requests to this host too, not to this machine alone")
      ->type_name("HOST")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(host_name());
  command.add_option("--only", flags_.selection.only, "Journeys whose name contains it")
      ->type_name("TEXT");
  command.add_option("--tag", flags_.selection.tags, "Journeys with this tag; !TAG: without it")
      ->type_name("TAG")
      ->allow_extra_args(false)
      ->delimiter(',');
  command.add_option("--covers", flags_.selection.covers, "Journeys that cover this requirement")
      ->type_name("ID")
      ->allow_extra_args(false)
      ->delimiter(',');
}

void CommandLine::add_run() {
  CLI::App& run = add_command("run", "Play each journey once: does it work?", run_command);
  add_selection(run);
  run.add_option("--seed", flags_.seed, "Seed of all random values")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
  run.add_option("--repeat", flags_.repeat, "Play all of it N times, each with the next seed")
      ->type_name("N")
      ->check(whole_number(1, kMostRounds));
  run.add_option("-j,--jobs", flags_.jobs, "Play N at once, each on a copy of the system")
      ->type_name("N")
      ->check(whole_number(1, kMostJobs));
  run.add_flag("--shuffle", flags_.shuffle, "Play in an order that the seed decides");
  run.add_flag("--fail-fast", flags_.fail_fast, "Stop at the first journey that fails");
  add_output(run);
  add_exports(run);
  run.add_flag("-v,--verbose", flags_.verbose, "Print every step");
}

void CommandLine::add_load() {
  CLI::App& load = add_command(
      "load", "Play journeys by many users at once: how does it bear them?", load_command);
  add_selection(load);
  load.add_option("--users", flags_.load.users, "So many users, who play again and again")
      ->type_name("N")
      ->check(whole_number(1, kMostUsers));
  add_read(load, "--rate", "RATE", "So many plays begin, whoever is done: 200/s",
           [this](const std::string& text) {
             flags_.load.rate = lang::parse_rate(text);
             return flags_.load.rate && *flags_.load.rate > 0;
           });
  add_read(load, "--for", "TIME", "How long: 30s, 5m", [this](const std::string& text) {
    flags_.load.duration = lang::parse_duration(text);
    return flags_.load.duration && *flags_.load.duration > base::Duration::zero();
  });
  load.add_option("--iterations", flags_.load.iterations, "How many plays in all")
      ->type_name("N")
      ->check(whole_number(1, kMostIterations));
  add_read(load, "--warm-up", "TIME", "Before anything is counted: 5s",
           [this](const std::string& text) {
             flags_.load.warm_up = lang::parse_duration(text);
             return flags_.load.warm_up.has_value();
           });
  add_read(load, "--soak", "TIME", "For so long (10m), and nothing may leak",
           [this](const std::string& text) {
             flags_.load.soak = text.empty() ? trial::kSoak : lang::parse_duration(text);
             return flags_.load.soak.has_value();
           })
      ->expected(0, 1);
  load.add_flag("--find-limit", flags_.load.find_limit,
                "Step up until a threshold falls: how much does it bear?");
  load.add_option("--processes", flags_.processes, "Play users in N processes, one loop each")
      ->type_name("N")
      ->check(whole_number(1, trial::Workers::kMost));
  load.add_flag("--observe", flags_.observe, "Record what services ask of databases too");
  load.add_option("--seed", flags_.seed, "Seed of all random values")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
  add_output(load);
  add_exports(load);
}

void CommandLine::add_race() {
  CLI::App& race = add_command(
      "race", "Play what several do at once, in every order: does it still hold?", race_command);
  add_selection(race);
  race.add_option("--times", flags_.race.times, "First all at once, N times")
      ->type_name("N")
      ->check(whole_number(0, kMostIterations));
  race.add_option("--bound", flags_.race.bound, "At most N preemptions in an order")
      ->type_name("N")
      ->check(whole_number(0, kMostBound));
  race.add_option("--schedules", flags_.race.most_schedules, "At most N orders of a journey")
      ->type_name("N")
      ->check(whole_number(1, kMostSchedules));
  add_read(race, "--order", "LIST", "This order alone, as a report names it: 0,1,1,0",
           [this](const std::string& text) {
             flags_.race.order = parse_order(text);
             return flags_.race.order.has_value();
           });
  race.add_option("--seed", flags_.seed, "Seed of all random values")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
  add_output(race);
  add_exports(race);
}

// A flag whose value is read by `read`, which says whether it could be.
CLI::Option* CommandLine::add_read(CLI::App& command, const std::string& flag,
                                   const std::string& type, const std::string& does,
                                   std::function<bool(const std::string&)> read) {
  return command
      .add_option_function<std::string>(
          flag,
          [flag, type, read = std::move(read)](const std::string& text) {
            if (read(text)) return;
            throw CLI::ValidationError(
                flag, fmt::format("`{0}` cannot be read; write it as {1}={2}", text, flag, type));
          },
          does)
      ->type_name(type);
}

void CommandLine::add_output(CLI::App& command) {
  command
      .add_option("--report", flags_.reports,
                  "Write a report: html=, json=, jsonl=, junit=, otlp= or prometheus=PATH")
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false)
      ->check(report_request());
  command.add_flag("-q,--quiet", flags_.quiet, "Print failures and the last line only");
  command.add_flag("--no-color", flags_.no_color, "Print without colours, as NO_COLOR does");
}

void CommandLine::add_exports(CLI::App& command) {
  command.add_option("--metrics", flags_.metrics, "Serve metrics meanwhile, for a Prometheus")
      ->type_name("HOST:PORT");
  command
      .add_option("--otlp", flags_.otlp, "Post metrics meanwhile, to an OpenTelemetry collector")
      ->type_name("URL");
}

void CommandLine::add_others() {
  CLI::App& check =
      add_command("check", "Read everything, report every mistake, start nothing", check_command);
  add_selection(check);
  check.add_flag("-v,--verbose", flags_.verbose, "Print every journey");
  add_up();
  add_command("new", "Begin a system: a folder with a first journey that holds", new_command)
      .add_option("NAME", flags_.name, "The folder; what is there already stays as it is")
      ->type_name("")
      ->required()
      ->check([](const std::string& name) { return name.empty() ? "it is empty" : ""; });
  CLI::App& report =
      add_command("report", "Tell an earlier run again, or make a report of it", report_command);
  report
      .add_option("RUN", flags_.runs,
                  "What --report jsonl=RUN has written; merge RUN RUN…: several of the same load")
      ->type_name("")
      ->required();
  add_output(report);
  add_command("completion", "Print what completes commands in a shell", completion_command)
      .add_option("SHELL", flags_.name, "bash, zsh or fish")
      ->type_name("")
      ->required()
      ->check(one_of(shells()));
  add_mock();
  const auto kinds = lang::schema_kinds();
  add_command("schema", "Print the JSON Schema of the files, for editors", schema_command)
      .add_option("KIND", flags_.name, "system, journey, part or provider; without, of any")
      ->type_name("")
      ->check(one_of({kinds.begin(), kinds.end()}));
}

void CommandLine::add_up() {
  CLI::App& up =
      add_command("up", "Start the system with all around it, and leave it up", up_command);
  up.add_option("SYSTEM", flags_.paths, "The folder of its system.yaml, or a file there")
      ->type_name("")
      ->default_str(".")
      ->expected(0, 1);
  up.add_option("--env", flags_.system.environment, "One of the system's `environments:`")
      ->type_name("NAME");
  up.add_option("--seed", flags_.seed, "Seed of the third parties' secrets and ids")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
  up.add_flag("-v,--verbose", flags_.verbose, "Print what happens, and what services log");
  up.add_flag("--no-color", flags_.no_color, "No colours, as NO_COLOR does");
}

void CommandLine::add_mock() {
  CLI::App& mock =
      add_command("mock", "Play a third party's API alone, until Ctrl-C", mock_command);
  mock.add_option("PROVIDER", flags_.name, "A provider that comes with Peregrine, or its file")
      ->type_name("")
      ->required();
  mock.add_option("--port", flags_.port, "Where it listens; without, on a free port")
      ->type_name("N")
      ->check(whole_number(1, 65'535));
  mock.add_option("--webhook", flags_.webhook, "Where its webhooks go, on this machine")
      ->type_name("URL");
  mock.add_flag("-q,--quiet", flags_.quiet, "Say where it is, and nothing of each call");
  mock.add_option("--seed", flags_.seed, "Seed of its secrets and ids; the same gives the same")
      ->type_name("N")
      ->check(whole_number(0, INT64_MAX));
}

std::variant<CommandLine::Command, int> CommandLine::read(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == kCompleteCommand) {
    std::fputs(completions(app_, {argv + 2, argv + argc}).c_str(), stdout);
    return kHeld;
  }
  if (argc > 0) flags_.program = argv[0];
  try {
    app_.parse(argc, argv);
    for (const auto& [command, run] : commands_) {
      if (!command->parsed()) continue;
      read_environment(*command);
      warn_of_variables();
      if (flags_.paths.empty()) flags_.paths.emplace_back(".");
      return run;
    }
    // Nothing was asked for.
    fmt::print(stderr, "{}", app_.help());
    return kWrongFile;
  } catch (const CLI::ParseError& error) {
    return tell_mistake(error);
  }
}

int CommandLine::tell_mistake(const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    app_.exit(error);  // `--help` and `--version` come as errors, too
    return kHeld;
  }
  const CLI::App* command = &app_;
  for (const CLI::App* parsed : app_.get_subcommands()) command = parsed;
  const std::vector<std::string> unknown = app_.remaining(true);
  const bool told = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !unknown.empty();
  return tell(told ? describe_unknown(*command, unknown.front()) : error.what(), kWrongFile);
}

// A variable that is no flag of any command, but nearly one, was meant for it.
void CommandLine::warn_of_variables() const {
  std::vector<std::string> known;
  for (const auto& [command, run] : commands_) {
    for (const CLI::Option* option : command->get_options()) known.push_back(variable_of(*option));
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    if (!name.starts_with("PEREGRINE_") || std::ranges::find(views, name) != views.end()) continue;
    if (const auto near = base::nearest(name, views)) {
      tell(fmt::format("{} says nothing; did you mean {}?", name, *near));
    }
  }
}

void CommandLine::read_environment(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    const std::string variable = variable_of(*option);
    const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str());
    if (!value || !*value || option->count() > 0) continue;
    try {
      if (option->get_items_expected_max() == 0) option->check(truth());
      option->add_result(value);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw CLI::ValidationError(variable, error.what());
    }
  }
}

}  // namespace peregrine::cli
