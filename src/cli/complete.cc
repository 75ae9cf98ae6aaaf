#include "cli/complete.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/replay_folder.h"
#include "cli/reports.h"
#include "lang/files_beside.h"
#include "lang/project.h"
#include "lang/schema/schema.h"
#include "lang/shipped_providers.h"

namespace peregrine::cli {

namespace {

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

const CLI::Option* find_flag(const CLI::App& app, const std::string& word) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (word == "--" + name) return option;
    }
    for (const std::string& name : option->get_snames()) {
      if (word == "-" + name) return option;
    }
  }
  return nullptr;
}

const CLI::App* find_command(const CLI::App& app, const std::string& word) {
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return command;
  }
  return nullptr;
}

// The command line so far.
struct Typed {
  const CLI::App* command = nullptr;      // null: its name is still to come
  std::vector<const CLI::Option*> flags;  // that are there already
  const CLI::Option* value_of = nullptr;  // the word being typed is the value of this flag
  std::vector<std::string> paths;         // what is no flag
  std::string before;                     // what stands before the value in the same word
  std::string word;                       // what is being typed of a value, name or flag
};

// A word that is whole: what it is, and what it makes the next one.
void read_word(const CLI::App& app, const std::string& word, Typed& typed) {
  if (typed.value_of) {
    typed.value_of = nullptr;
  } else if (!word.starts_with('-')) {
    if (typed.command) typed.paths.push_back(word);
    if (!typed.command) typed.command = find_command(app, word);
  } else if (const auto* flag =
                 find_flag(typed.command ? *typed.command : app, word.substr(0, word.find('=')))) {
    typed.flags.push_back(flag);
    if (takes_value(*flag) && !word.contains('=')) typed.value_of = flag;
  }
}

// All of them. The last is being typed; of `--flag=val` that is the value.
Typed read_words(const CLI::App& app, const std::vector<std::string>& words) {
  Typed typed;
  for (size_t i = 0; i + 1 < words.size(); ++i) read_word(app, words[i], typed);
  typed.word = words.empty() ? "" : words.back();
  const size_t equals = typed.word.find('=');
  if (!typed.value_of && typed.command && typed.word.starts_with("--") &&
      equals != std::string::npos) {
    typed.value_of = find_flag(*typed.command, typed.word.substr(0, equals));
    typed.before = typed.word.substr(0, equals + 1);
    typed.word.erase(0, equals + 1);
  }
  return typed;
}

class Offers {
 public:
  explicit Offers(const Typed& typed) : typed_(typed) {}

  void add(const std::string& word, std::string_view what) {
    if (!word.starts_with(typed_.word) || word.contains('\n')) return;
    text_ += fmt::format("{}{}\t{}\n", typed_.before, word, what);
  }
  void add_files(std::string_view kind) { text_ += fmt::format("\t{}\n", kind); }
  std::string take() { return std::move(text_); }

 private:
  const Typed& typed_;
  std::string text_;
};

void offer_flags(const CLI::App& app, const Typed& typed, Offers& offers) {
  for (const CLI::Option* option : app.get_options()) {
    const bool there = std::ranges::find(typed.flags, option) != typed.flags.end();
    if (there && option->get_items_expected_max() <= 1) continue;
    const std::string& description = option->get_description();
    for (const std::string& name : option->get_lnames()) {
      offers.add("--" + name, description.substr(0, description.find(" [PEREGRINE_")));
    }
  }
}

// The words that journeys have, each with the number of those that have it.
void offer_words(const lang::Project& project, std::vector<std::string> lang::Plan::* words,
                 const std::string& before, Offers& offers) {
  std::map<std::string, size_t> counts;
  for (const lang::Plan& plan : project.journeys) {
    for (const std::string& word : plan.*words) ++counts[word];
  }
  const auto chosen = base::split(before, ',');
  for (const auto& [word, count] : counts) {
    if (std::ranges::find(chosen, word) != chosen.end()) continue;
    offers.add(before + word, fmt::format("{} journey{}", count, count == 1 ? "" : "s"));
  }
}

void offer_of_project(const std::string& kind, const Typed& typed, Offers& offers) {
  lang::Diagnostics ignored;
  const auto project = lang::read_project(
      typed.paths.empty() ? std::vector<std::string>{"."} : typed.paths, {}, ignored);
  if (!project) return;
  const size_t comma = typed.word.rfind(',');
  std::string before = comma == std::string::npos ? "" : typed.word.substr(0, comma + 1);
  if (kind == "TAG") {
    if (typed.word.substr(before.size()).starts_with('!')) before += '!';
    offer_words(*project, &lang::Plan::tags, before, offers);
  } else if (kind == "ID") {
    offer_words(*project, &lang::Plan::covers, before, offers);
  } else {
    for (const lang::Plan& plan : project->journeys) offers.add(plan.name, plan.source->path());
  }
}

void offer_value(const CLI::Option& flag, const Typed& typed, Offers& offers) {
  const std::string kind = flag.get_type_name();
  if (kind == "TAG" || kind == "ID" || kind == "TEXT") {
    offer_of_project(kind, typed, offers);
  } else if (kind == "REPORT") {
    offers.add_files("file");
  } else if (kind == "FORMAT=PATH") {
    if (typed.word.contains('=')) return offers.add_files("file");
    for (std::string_view format : report_formats()) offers.add(fmt::format("{}=", format), "");
  }
}

// Of the system that a shell stands in.
void offer_replays(Offers& offers) {
  const auto system = lang::find_system_file(".");
  if (!system) return;
  const std::string folder = system->parent_path().string();
  for (const record::Replay& one :
       ReplayFolder(folder.empty() ? "." : folder).newest(ReplayFolder::kMost)) {
    offers.add(one.id, one.journey);
  }
}

void offer_argument(const CLI::App& command, const Typed& typed, Offers& offers) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const std::string& name = option->get_single_name();
    const bool behind_id = name == "PATH" && command.get_name() == "replay";
    if (behind_id && typed.paths.empty()) continue;
    if (name == "PATH" || name == "SYSTEM" || name == "PROVIDER") offers.add_files("yaml");
    if (name == "NAME") offers.add_files("folder");
    if (name == "ID" && typed.paths.empty()) offer_replays(offers);
    if (name == "RUN" && typed.paths.empty()) {
      offers.add(kMerge, "several runs of the same load as one");
    }
    if (name == "RUN") offers.add_files("file");
    if (name == "PROVIDER") {
      for (const std::string& provider : lang::shipped_provider_names()) offers.add(provider, "");
    }
    if (name == "SHELL") {
      for (std::string_view shell : shells()) offers.add(std::string(shell), "");
    }
    if (name == "KIND") {
      for (std::string_view kind : lang::schema_kinds()) offers.add(std::string(kind), "");
    }
  }
}

}  // namespace

std::string completions(const CLI::App& app, const std::vector<std::string>& words) {
  const Typed typed = read_words(app, words);
  Offers offers(typed);
  if (typed.value_of) {
    offer_value(*typed.value_of, typed, offers);
  } else if (typed.word.starts_with('-')) {
    offer_flags(typed.command ? *typed.command : app, typed, offers);
  } else if (typed.command) {
    offer_argument(*typed.command, typed, offers);
  } else {
    for (const CLI::App* command : app.get_subcommands({})) {
      offers.add(command->get_name(), command->get_description());
    }
  }
  return offers.take();
}

}  // namespace peregrine::cli
