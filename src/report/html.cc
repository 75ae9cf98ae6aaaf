#include "report/html.h"

#include <fmt/core.h>

#include <span>
#include <string_view>

#include "base/digest.h"
#include "report/html_data.h"
#include "report/markup.h"
#include "report/page_files.h"
#include "report/race_text.h"
#include "report/version.h"

namespace peregrine::report {

namespace {

constexpr size_t kWidth = 120;  // columns of a diagram in text

std::string joined(std::span<const std::string_view> files) {
  std::string text;
  for (const std::string_view file : files) text += file;
  return text;
}

// As a content security policy names what may run (CSP 3, section 2.3.1).
std::string source_of(std::string_view text) {
  return fmt::format("'sha256-{}'", base::base64(base::sha256(text)));
}

std::string policy(std::string_view script, std::string_view style) {
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; "
      "form-action 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'",
      source_of(script), source_of(style));
}

// For readers without scripts: an archive of a CI system may forbid them.
std::string without_scripts(const record::RunResult& result) {
  std::string text = fmt::format(
      "<noscript>\n<h1>{}: {}</h1>\n<p>With scripts allowed, this page shows what happened.</p>\n"
      "<ul>\n",
      in_markup(result.system), to_string(result.verdict));
  for (const record::JourneyResult& journey : result.journeys) {
    text += fmt::format("<li>{}: {} ({}:{})", to_string(journey.verdict), in_markup(journey.name),
                        in_markup(journey.file), journey.line);
    for (const record::Failure& failure : journey.failures) {
      text += fmt::format("<p>{}: {}</p>", in_markup(failure.step), in_markup(failure.message));
    }
    text += "</li>\n";
  }
  for (const record::LoadResult& load : result.loads) {
    text += fmt::format("<li>{}: {} requests, {} of {} plays failed", in_markup(load.name),
                        load.asked(), load.failed, load.ended);
    for (const record::LoadThreshold& one : load.thresholds) {
      text += fmt::format("<p>{}: {} {} {}, measured {}</p>", one.held ? "held" : "fell",
                          in_markup(one.on), in_markup(one.what), in_markup(one.limit),
                          in_markup(one.actual));
    }
    text += "</li>\n";
  }
  for (const record::RaceResult& race : result.races) {
    text += fmt::format("<li>{}: {}", in_markup(race.name), played_text(race));
    for (const record::RaceFinding& finding : race.findings) {
      text += fmt::format("<p>{}: {}</p><pre>{}</pre>", in_markup(words_of(finding.kind)),
                          in_markup(finding.what),
                          in_markup(finding_text(race, finding, Paint(false), kWidth)));
    }
    text += "</li>\n";
  }
  return text + "</ul>\n</noscript>\n";
}

}  // namespace

std::string to_html(const record::RunResult& result) {
  const std::string style = joined(page_styles());
  const std::string script = "(() => {\n\"use strict\";\n" + joined(page_scripts()) + "})();\n";
  return fmt::format(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"referrer\" content=\"no-referrer\">\n"
             "<meta name=\"generator\" content=\"Peregrine {}\">\n"
             "<title>{}: {} · Peregrine</title>\n<style>{}</style>\n</head>\n<body>\n",
             policy(script, style), kVersion, to_string(result.verdict), in_markup(result.system),
             style) +
         without_scripts(result) + "<div id=\"page\"></div>\n" + html_data(result) + "<script>" +
         script + "</script>\n</body>\n</html>\n";
}

}  // namespace peregrine::report
