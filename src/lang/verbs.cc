#include "lang/verbs.h"

#include <algorithm>
#include <array>

namespace peregrine::lang {

std::span<const Verb> verbs() {
  static const std::vector<std::string_view> kRequestKeys = {"json", "form", "body", "query",
                                                             "headers"};
  static const std::vector<std::string_view> kAnswer = {"status", "headers", "json", "text",
                                                        "time"};
  static const std::vector<Verb> list = {
      {"get", kRequestKeys, kAnswer, true, compile_http},
      {"post", kRequestKeys, kAnswer, false, compile_http},
      {"put", kRequestKeys, kAnswer, false, compile_http},
      {"patch", kRequestKeys, kAnswer, false, compile_http},
      {"delete", kRequestKeys, kAnswer, false, compile_http},
      {"head", kRequestKeys, kAnswer, true, compile_http},
      {"options", kRequestKeys, kAnswer, false, compile_http},
      {"sql", {"db"}, {"rows", "count"}, true, compile_sql},
  };
  return list;
}

const Verb* find_verb(std::string_view name) {
  const auto list = verbs();
  const auto found = std::ranges::find(list, name, &Verb::name);
  return found == list.end() ? nullptr : &*found;
}

std::span<const std::string_view> later_verbs() {
  static constexpr std::array<std::string_view, 18> kLater = {
      "open", "send",  "receive", "close", "redis", "sent", "fail",     "mail", "sms",
      "log",  "check", "clock",   "page",  "exec",  "use",  "together", "each", "repeat"};
  return kLater;
}

}  // namespace peregrine::lang
