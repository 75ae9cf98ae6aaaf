#include "cli/validators.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "cli/reports.h"

namespace peregrine::cli {

CLI::Validator whole_number(uint64_t least, uint64_t most) {
  auto check = [least, most](std::string& text) -> std::string {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    const bool good = parsed.ec == std::errc() && parsed.ptr == end;
    if (good && number >= least && number <= most) return "";
    return fmt::format("`{}` is no whole number from {} to {}", text, least, most);
  };
  return {check, ""};
}

CLI::Validator host_name() {
  auto check = [](std::string& text) -> std::string {
    const bool ipv6 = text.find_first_not_of("0123456789abcdefABCDEF:") == std::string::npos;
    if (!text.empty() && (ipv6 || text.find_first_of("/:@?# *") == std::string::npos)) return "";
    return fmt::format("`{}` is no host alone; write it as staging.example.org", text);
  };
  return {check, ""};
}

CLI::Validator truth() {
  auto check = [](std::string& text) -> std::string {
    const std::string word = base::lowercase(text);
    const bool on = word == "1" || word == "true" || word == "yes" || word == "on";
    if (!on && word != "0" && word != "false" && word != "no" && word != "off") {
      return fmt::format("`{}` is neither true nor false", text);
    }
    text = on ? "true" : "false";
    return "";
  };
  return {check, ""};
}

CLI::Validator one_of(std::vector<std::string_view> words) {
  auto check = [words = std::move(words)](std::string& text) -> std::string {
    if (std::ranges::find(words, text) != words.end()) return "";
    const auto near = base::nearest(text, words);
    return fmt::format("`{}` is not {}{}", text, base::alternatives(words),
                       near ? fmt::format("; did you mean `{}`?", *near) : "");
  };
  return {check, ""};
}

CLI::Validator report_request() {
  auto check = [](std::string& text) -> std::string {
    const auto parsed = parse_reports({text});
    return parsed ? "" : parsed.error().text;
  };
  return {check, ""};
}

}  // namespace peregrine::cli
