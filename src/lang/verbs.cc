#include "lang/verbs.h"

#include <algorithm>

namespace peregrine::lang {

namespace {

using Words = std::vector<std::string_view>;

std::vector<Verb> make_verbs() {
  using enum Verb::Kind;
  const Words request = {"json", "form", "multipart", "body", "query", "headers", "follow"};
  const Words answer = {"status", "headers", "json", "csv", "text", "body", "links", "time"};
  return {{"get", request, answer, reads, compile_http},
          {"post", request, answer, writes, compile_http},
          {"put", request, answer, writes, compile_http},
          {"patch", request, answer, writes, compile_http},
          {"delete", request, answer, writes, compile_http},
          {"head", request, answer, reads, compile_http},
          {"options", request, answer, writes, compile_http},
          {"sql", {"db"}, {"rows", "count"}, reads, compile_sql, "rows"},
          {"redis", {"db"}, {"value"}, reads, compile_redis},
          {"check", {}, {"value"}, reads, compile_check, "", true},
          {"exec", {"input"}, {"exit", "json", "text", "body"}, reads, compile_exec},
          {"log", {}, {"lines", "count"}, reads, compile_log, "lines"},
          {"mail",
           {},
           {"mails", "count", "subject", "from", "text", "html", "links", "attachments", "headers"},
           reads,
           compile_mail,
           "mails"},
          {"open", {"stream", "kind", "query", "headers"}, answer, writes, compile_open},
          {"send", {"text", "json", "body"}, {"time"}, writes, compile_send},
          {"receive",
           {"sent_at"},
           {"messages", "count", "text", "json", "body", "event", "id", "latency", "closed"},
           reads,
           compile_receive,
           "messages"},
          {"close", {}, {"closed"}, writes, compile_close},
          {"together", {}, {"won", "lost", "outcomes"}, block, compile_together},
          {"each", {"steps"}, {}, block, compile_each},
          {"repeat", {"until", "max"}, {}, block, compile_repeat},
          {"use", {"with"}, {}, block, compile_use},
          {"sent",
           {},
           {"calls", "count", "json", "form", "query", "headers", "answer", "at"},
           reads,
           compile_sent,
           "calls"},
          {"fail", {"with", "for"}, {}, writes, compile_fail},
          {"sms", {}, {"mails", "count", "text", "from", "links"}, reads, compile_sms, "mails"},
          {"clock", {"every"}, {}, writes, compile_clock},
          {"page", {}, {"text", "title", "url", "status", "console"}, reads, compile_page}};
}

}  // namespace

std::span<const Verb> verbs() {
  static const std::vector<Verb> list = make_verbs();
  return list;
}

const Verb& provider_verb() {
  static const Verb verb{"",
                         {"with"},
                         {"event", "status", "headers", "json", "text", "time"},
                         Verb::Kind::writes,
                         compile_provider};
  return verb;
}

const Verb* find_verb(std::string_view name) {
  const auto list = verbs();
  const auto found = std::ranges::find(list, name, &Verb::name);
  return found == list.end() ? nullptr : &*found;
}

}  // namespace peregrine::lang
