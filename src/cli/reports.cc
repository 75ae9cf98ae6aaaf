#include "cli/reports.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/text.h"
#include "report/html.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/otlp.h"
#include "report/prometheus.h"

namespace peregrine::cli {

using base::Code;
using base::fail;
using base::Result;

namespace {

struct Format {
  std::string_view name;
  std::string (*write)(const record::RunResult&);  // null: it is written while the run is played
  bool shows_events = false;                       // of plays that passed, too
};
constexpr std::array<Format, 6> kFormats = {{{"html", report::to_html, true},
                                             {"json", report::to_json},
                                             {"jsonl", nullptr, true},
                                             {"junit", report::to_junit},
                                             {"otlp", report::to_otlp},
                                             {"prometheus", report::to_prometheus}}};

const Format* format_named(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? nullptr : found;
}

namespace fs = std::filesystem;

Result<> write_to(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  if (!file) return base::fail_errno(errno, fmt::format("write the report {}", path));
  return {};
}

// Whole or not at all. What is there and no regular file (a pipe, /dev/stdout) is written as it is.
Result<> write_file(const std::string& given, const std::string& text) {
  std::error_code error;
  const fs::path resolved = fs::weakly_canonical(given, error);
  const std::string path = error ? given : resolved.string();
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return write_to(given, text);
  const std::string part = path + ".part";
  Result<> written = write_to(part, text);
  if (written) fs::rename(part, path, error);
  if (!written || error) {
    std::error_code ignored;
    fs::remove(part, ignored);
  }
  if (error) return base::fail_errno(error.value(), fmt::format("write the report {}", path));
  return written;
}

std::string known_formats() {
  std::string text;
  for (const Format& format : kFormats) {
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", format.name);
  }
  return text;
}

}  // namespace

std::vector<std::string_view> report_formats() {
  std::vector<std::string_view> names;
  for (const Format& format : kFormats) names.push_back(format.name);
  return names;
}

Result<std::vector<ReportRequest>> parse_reports(const std::vector<std::string>& given) {
  std::vector<ReportRequest> requests;
  for (const std::string& text : given) {
    const size_t equals = text.find('=');
    const std::string format = text.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == text.size()) {
      return fail(Code::invalid, "{}: write it as --report json=report.json", text);
    }
    if (!format_named(format)) {
      return fail(Code::invalid, "{}: there is no format `{}`; there are {}", text, format,
                  known_formats());
    }
    const fs::path folder = fs::absolute(text.substr(equals + 1)).parent_path();
    if (!fs::is_directory(folder)) {
      return fail(Code::invalid, "{}: there is no folder {}", text, folder.string());
    }
    const std::string path = text.substr(equals + 1);
    if (fs::is_directory(path)) return fail(Code::invalid, "{}: {} is a folder", text, path);
    if (std::ranges::find(requests, path, &ReportRequest::path) != requests.end()) {
      return fail(Code::invalid, "{}: another report goes to {} already", text, path);
    }
    requests.push_back({format, path});
  }
  return requests;
}

void remove_earlier_reports(const std::vector<ReportRequest>& requests) {
  for (const ReportRequest& request : requests) {
    // Of a link neither it nor where it leads: /dev/stdout is one, to a file that is being written.
    std::error_code error;
    const fs::file_status status = fs::symlink_status(request.path, error);
    if (fs::is_regular_file(status)) fs::remove(request.path, error);
  }
}

bool is_live(const ReportRequest& request) { return !format_named(request.format)->write; }

bool shows_events(const std::vector<ReportRequest>& requests) {
  return std::ranges::any_of(requests, [](const ReportRequest& request) {
    return format_named(request.format)->shows_events;
  });
}

Result<std::unique_ptr<LiveReport>> LiveReport::open(const std::string& path) {
  File file(std::fopen(path.c_str(), "we"), std::fclose);
  if (!file) return base::fail_errno(errno, fmt::format("write the report {}", path));
  return std::unique_ptr<LiveReport>(new LiveReport(path, std::move(file)));
}

Result<> LiveReport::written() const {
  if (lines_.written()) return {};
  return base::because(lines_.written().error(), fmt::format("cannot write the report {}", path_));
}

Result<std::vector<std::unique_ptr<LiveReport>>> open_live_reports(
    const std::vector<ReportRequest>& requests) {
  std::vector<std::unique_ptr<LiveReport>> live;
  for (const ReportRequest& request : requests) {
    if (!is_live(request)) continue;
    TRY(std::unique_ptr<LiveReport> report, LiveReport::open(request.path));
    live.push_back(std::move(report));
  }
  return live;
}

Result<> write_reports(const std::vector<ReportRequest>& requests,
                       const record::RunResult& result) {
  for (const ReportRequest& request : requests) {
    const Format& format = *format_named(request.format);
    if (format.write) TRY_OK(write_file(request.path, format.write(result)));
  }
  return {};
}

}  // namespace peregrine::cli
