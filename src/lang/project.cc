#include "lang/project.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <tuple>

#include "lang/files_beside.h"
#include "lang/kept_order_file.h"
#include "lang/system_file.h"

namespace peregrine::lang {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostFiles = 10'000;

// A mistake that has no line: in the command, or a file that cannot be read.
void report(Diagnostics& diagnostics, const std::string& path, std::string message,
            std::string remedy = "") {
  diagnostics.add({std::make_shared<const Source>(path, ""), 0, 0, 1}, std::move(message),
                  std::move(remedy));
}

// "a.yaml" and "12" of "a.yaml:12"; no line where there is none.
std::pair<std::string, std::string> file_and_line(const std::string& path) {
  const size_t colon = path.rfind(':');
  if (colon == std::string::npos || colon + 1 == path.size()) return {path, ""};
  const bool number = path.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!number) return {path, ""};
  return {path.substr(0, colon), path.substr(colon + 1)};
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// The YAML files below a folder. Nothing is passed over in silence: a run must not be green because
// its journeys could not be listed.
std::vector<fs::path> files_below(const fs::path& folder, Diagnostics& diagnostics) {
  std::vector<fs::path> files;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(folder, error);
       at != fs::recursive_directory_iterator() && files.size() <= kMostFiles;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool inner = at->is_directory(error);
    // What lies below another system.yaml belongs to that one.
    if (inner && (name == "node_modules" || name.starts_with('.') ||
                  fs::exists(at->path() / kSystemFile, error))) {
      at.disable_recursion_pending();
    } else if (is_yaml(at->path()) && name != kSystemFile && at->is_regular_file(error)) {
      files.push_back(at->path());
    }
  }
  if (error) report(diagnostics, folder.string(), "cannot list all of it: " + error.message());
  if (files.size() > kMostFiles) {
    report(diagnostics, folder.string(), fmt::format("more than {} YAML files", kMostFiles),
           "name the folder that holds the journeys");
    files.clear();  // none of them is read for nothing
  }
  std::ranges::sort(files);
  return files;
}

// Whether a line begins with the key, as those of the outermost map do.
bool has_key(const Source& source, std::string_view key) {
  const std::string_view text = source.text();
  for (const char* form : {"{}:", "\"{}\":", "'{}':"}) {
    const std::string start = fmt::format(fmt::runtime(form), key);
    if (text.starts_with(start)) return true;
    if (text.find("\n" + start) != std::string_view::npos) return true;
  }
  return false;
}

bool is_provider(const Source& source) {
  return has_key(source, "provider") && !has_key(source, "journey");
}

bool is_among_journeys(const fs::path& path) {
  return std::ranges::any_of(path.parent_path(), [](const fs::path& p) { return p == "journeys"; });
}

// Whether a file keeps an order of a race. One that was found, not named, has to look like it.
bool is_kept_order(const fs::path& path, const Source& source, bool named) {
  if (!has_key(source, "replay") || has_key(source, "journey")) return false;
  return named || has_key(source, "order") || is_among_journeys(path);
}

// Whether a file that was found, not named, is to be read as a journey.
bool is_journey(const fs::path& path, const Source& source) {
  if (has_key(source, "journey")) return true;
  if (has_key(source, "part")) return false;
  if (has_key(source, "steps")) return true;  // with `journey` misspelt, most likely
  return is_among_journeys(path);
}

class ProjectReader {
 public:
  ProjectReader(const SystemOptions& options, Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics) {}

  std::optional<Project> read(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) find(path);
    if (!diagnostics_.empty()) return std::nullopt;
    if (systems_.size() > 1) {
      report(diagnostics_, paths.back(), "these paths belong to more than one system.yaml",
             "play one system at a time");
      return std::nullopt;
    }
    auto system = read_its_system();
    if (!system) return std::nullopt;
    Project project{*std::move(system), {}};
    for (const auto& provider : providers_) {
      if (auto spec = read_provider(provider, diagnostics_)) {
        project.providers.push_back(*std::move(spec));
      }
    }
    project.system.clock_is_moved = project.system.clock.has_value();
    const auto take = [&](std::optional<Plan> plan) {
      if (!plan) return;
      if (plan->clock || plan->moves_clock) project.system.clock_is_moved = true;
      project.journeys.push_back(*std::move(plan));
    };
    for (const auto& one : journeys_) take(read_journey(one, project.system, diagnostics_));
    for (const auto& one : kept_orders_) take(read_kept_order(one, project.system, diagnostics_));
    if (project.journeys.empty() && providers_.empty() && diagnostics_.empty()) {
      report(diagnostics_, paths.front(), "there is no journey here",
             "a journey is a YAML file that begins with `journey:`");
    }
    if (!diagnostics_.empty()) return std::nullopt;
    return project;
  }

 private:
  std::optional<SystemSpec> read_its_system() {
    if (systems_.empty()) {
      SystemSpec none;
      none.source = providers_.front();
      return none;
    }
    auto source = Source::read(systems_.begin()->string());
    if (source) return read_system(*source, options_, diagnostics_);
    report(diagnostics_, systems_.begin()->string(), source.error().to_string());
    return std::nullopt;
  }

  void find(const std::string& given) {
    std::error_code error;
    fs::path path = given;
    std::string line;
    if (!fs::exists(path, error)) std::tie(path, line) = file_and_line(given);
    if (!fs::exists(path, error)) {
      report(diagnostics_, given, "no such file or folder");
      return;
    }
    const bool folder = fs::is_directory(path, error);
    if (!line.empty() && !has_line(path, line)) {
      report(diagnostics_, given, fmt::format("{} has no line {}", path.string(), line));
      return;
    }
    const auto system = find_system_file(folder ? path : path.parent_path());
    if (!system && !folder) add(path, true);
    const bool provider = journeys_.empty() && kept_orders_.empty() && !providers_.empty();
    if (!system && (folder || !provider)) {
      report(diagnostics_, given, "there is no system.yaml here or in a folder above",
             "write one that names the services and databases");
      return;
    }
    if (!system) return;
    systems_.insert(*system);
    if (folder) {
      for (const fs::path& file : files_below(path, diagnostics_)) add(file, false);
    } else if (path.filename() == kSystemFile) {
      const fs::path beside = system->has_parent_path() ? system->parent_path() : fs::path(".");
      for (const fs::path& file : files_below(beside, diagnostics_)) add(file, false);
    } else {
      add(path, true);
    }
  }

  static bool has_line(const fs::path& path, const std::string& line) {
    const auto source = Source::read(path.string());
    if (!source) return true;  // which is told where it is read
    int number = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), number);
    return parsed.ec == std::errc() && number > 0 && number <= (*source)->lines();
  }

  void add(const fs::path& path, bool named) {
    if (!seen_.insert(path.lexically_normal()).second) return;
    auto source = Source::read(path.string());
    if (!source) {
      report(diagnostics_, path.string(), source.error().to_string());
    } else if (is_provider(**source)) {
      providers_.push_back(*std::move(source));
    } else if (is_kept_order(path, **source, named)) {
      kept_orders_.push_back(*std::move(source));
    } else if (named || is_journey(path, **source)) {
      journeys_.push_back(*std::move(source));
    }
  }

  const SystemOptions& options_;
  Diagnostics& diagnostics_;
  std::set<fs::path> systems_;
  std::set<fs::path> seen_;
  std::vector<std::shared_ptr<const Source>> journeys_;
  std::vector<std::shared_ptr<const Source>> kept_orders_;
  std::vector<std::shared_ptr<const Source>> providers_;
};

}  // namespace

std::optional<Project> read_project(const std::vector<std::string>& paths,
                                    const SystemOptions& options, Diagnostics& diagnostics) {
  return ProjectReader(options, diagnostics).read(paths);
}

}  // namespace peregrine::lang
