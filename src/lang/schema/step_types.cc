#include "lang/schema/keys.h"

namespace peregrine::lang {

namespace {

void add_requests(std::vector<VerbType>& verbs) {
  constexpr std::string_view kPath = "/path, `web /path` for the service `web`, or a full URL";
  for (std::string_view name : {"get", "post", "put", "patch", "delete", "head", "options"}) {
    const bool reads = name == "get" || name == "head";
    verbs.push_back({name,
                     "text",
                     kPath,
                     reads ? VerbType::reads : VerbType::writes,
                     {"json", "form", "multipart", "body", "query", "headers", "follow"},
                     {"status", "headers", "json", "csv", "text", "body", "links", "time"}});
  }
}

void add_boundaries(std::vector<VerbType>& verbs) {
  using enum VerbType::Kind;
  const std::vector<VerbType> list = {
      {"sql", "text", "A query; each ${…} is bound", reads, {"db", "where"}, {"rows", "count"}},
      {"redis", "command", "A command; each ${…} is one argument", reads, {"db"}, {"value"}},
      {"sent",
       "text",
       "What services sent: stripe POST /v1/customers",
       reads,
       {"where"},
       {"calls", "count", "json", "form", "query", "headers", "answer", "at"}},
      {"fail", "text", "A provider fails: stripe POST /v1/charges", writes, {"with", "for"}, {}},
      {"mail",
       "text",
       "Delivered to this address",
       reads,
       {"where"},
       {"mails", "count", "subject", "from", "text", "html", "links", "attachments", "headers"}},
      {"sms",
       "text",
       "Delivered to this number",
       reads,
       {"where"},
       {"mails", "count", "text", "from", "links"}},
      {"log",
       "text",
       "A service's log; lines of JSON are maps",
       reads,
       {"where"},
       {"lines", "count"}},
  };
  verbs.insert(verbs.end(), list.begin(), list.end());
}

void add_streams_and_programs(std::vector<VerbType>& verbs) {
  using enum VerbType::Kind;
  const std::vector<VerbType> list = {
      {"open",
       "text",
       "A WebSocket, or with `kind: events` server-sent events",
       writes,
       {"stream", "kind", "headers", "query"},
       {"status", "headers", "json", "csv", "text", "body", "links", "time"}},
      {"send", "text", "A message on this stream", writes, {"text", "json", "body"}, {"time"}},
      {"receive",
       "text",
       "What has come on this stream since it was opened",
       reads,
       {"where", "sent_at"},
       {"messages", "count", "text", "json", "body", "event", "id", "latency", "closed"}},
      {"close", "text", "This stream", writes, {}, {"closed"}},
      {"clock", "text", "+31d, +1 month, 2025-10-26 08:59:58, ${instant}", writes, {"every"}, {}},
      {"page",
       "[page_action]",
       "A browser, one for each actor",
       reads,
       {},
       {"text", "title", "url", "status", "console"}},
      {"exec",
       "command",
       "The user's own program",
       reads,
       {"input"},
       {"exit", "json", "text", "body"}},
      {"check", "expression", "Is true, unless `expect` says other", reads, {}, {}},
  };
  verbs.insert(verbs.end(), list.begin(), list.end());
}

void add_blocks(std::vector<VerbType>& verbs) {
  using enum VerbType::Kind;
  const std::vector<VerbType> list = {
      {"use", "text", "A part: parts/register.yaml", block, {"with"}, {}},
      {"together",
       "branches",
       "Branches, played at one instant",
       block,
       {},
       {"won", "lost", "outcomes"}},
      {"each", "text", "`steps:` for each element: s in stages", block, {"steps"}, {}},
      {"repeat",
       "steps",
       "Until `until:` is true, at most `max:` times",
       block,
       {"until", "max"},
       {}},
  };
  verbs.insert(verbs.end(), list.begin(), list.end());
}

}  // namespace

std::vector<VerbType> verb_types() {
  std::vector<VerbType> verbs;
  add_requests(verbs);
  add_boundaries(verbs);
  add_streams_and_programs(verbs);
  add_blocks(verbs);
  return verbs;
}

std::vector<Key> step_keys() {
  return {{"step", "text", "The step as a sentence"},
          {"as", "text", "Who does it; `nobody`: without headers of a person"},
          {"when", "expression", "Done only when this is true"},
          {"skip", "reason", "Why it is not done"},
          {"expect", "any", "What must be true"},
          {"lost", "any", "The other proper outcome, where several contend"},
          {"save", "saves", "Names for what the step saw: { id: json.id }"},
          {"within", "duration", "Becomes true by then"},
          {"stays", "duration", "Is true and remains so"},
          {"times", "count", "Done so often, in turn"},
          {"timeout", "duration", "For one attempt; 10s without"},
          {"where", "expression", "Selects elements: json.id == id"},
          {"sent_at", "expression", "When a message was sent, by what it says: json.at"},
          {"json", "any", "The body, as JSON"},
          {"form", "{any}", "The body, as a form"},
          {"multipart", "{any}", "The body, as a form with files"},
          {"body", "text", "The body, as it is: ${file('a.png')}"},
          {"text", "text", "The message"},
          {"query", "{any}", "What follows `?`"},
          {"headers", "{any}", "Headers of the request"},
          {"follow", "truth", "Follows redirects"},
          {"db", "text", "Which database, if not the first"},
          {"stream", "text", "The stream's name"},
          {"kind", "stream kind", "What it is, if not what its target says: a path is a WebSocket"},
          {"with", "any", "Inputs of a part or action; the failure by name"},
          {"for", "duration", "How long it fails"},
          {"every", "duration", "In jumps of this length, for jobs that look at the clock"},
          {"input", "any", "Bytes, text, or data as JSON"},
          {"steps", "steps", "What is done each time"},
          {"until", "expression", "True when it is enough"},
          {"max", "count", "How often at most"}};
}

}  // namespace peregrine::lang
