#include "cli/new_files.h"

#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "base/value.h"
#include "lang/fields.h"

namespace peregrine::cli {

namespace {

constexpr std::string_view kSystemWithPython = R"(# What is under test, and what surrounds it.
system: {}
services:
  api:
    # Put the command of your own service here. It should listen on ${{host}} and ${{port}}.
    run: python3 service.py ${{host}} ${{port}}
    ready: GET /health
# A private PostgreSQL, started for each run, that your service reaches by ${{postgres.url}}:
#   databases: {{ postgres: {{ schema: schema.sql }} }}
# and in the service, beside `run`:
#   env: {{ DATABASE_URL: "${{postgres.url}}" }}
)";

constexpr std::string_view kSystemWithPostgres = R"(# What is under test, and what surrounds it.
system: {}
databases:
  postgres: {{ schema: schema.sql }} # private: started for each run
# Your service, with a command that listens on ${{host}} and ${{port}}:
#   services:
#     api:
#       run: ./your-service --host ${{host}} --port ${{port}}
#       ready: GET /health
#       env: {{ DATABASE_URL: "${{postgres.url}}" }}
)";

constexpr std::string_view kService =
    R"("""A small service to begin with: it keeps notes in memory."""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

notes = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"status": "ok"})
        for note in notes:
            if self.path == f"/notes/{note['id']}":
                return self.answer(200, note)
        self.answer(404, {"error": "there is nothing here"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path != "/notes":
            return self.answer(404, {"error": "there is nothing here"})
        words = json.loads(body).get("words")
        if not words:
            return self.answer(422, {"error": "a note needs words"})
        notes.append({"id": len(notes) + 1, "words": words})
        self.answer(201, notes[-1])


host, port = sys.argv[1:]
ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
)";

constexpr std::string_view kJourneyWithPython = R"(journey: A note is kept
tags: [smoke]
data:
  words: ${name()} came by # new for each play, and the same again with the same --seed
steps:
  - step: Somebody writes a note
    post: /notes
    json: { words: "${words}" }
    expect: { status: 201, json: { id: <int> } }
    save: { note: json.id }
  - step: It can be read
    get: /notes/${note}
    within: 2s # it may take a moment
    expect: { json: { words: "${words}" } }
  - step: A note without words is refused
    post: /notes
    json: { words: "" }
    expect: { status: 422, json: { error: /words/ } }
)";

constexpr std::string_view kSchema = R"(create table notes (
  id serial primary key,
  words text not null check (words <> '')
);
)";

constexpr std::string_view kJourneyWithPostgres = R"(journey: A note is kept
tags: [smoke]
data:
  words: ${name()} came by # new for each play, and the same again with the same --seed
steps:
  - step: Somebody writes a note
    sql: insert into notes (words) values (${words}) returning id
    expect: { rows: [{ id: <int> }] }
    save: { note: "rows[0].id" }
  - step: It can be read
    sql: select words from notes where id = ${note}
    within: 2s # it may take a moment
    expect: { rows: [{ words: "${words}" }] }
)";

// A text of JSON is one of YAML, whatever is in it; most names need no quotes. YAML's own words do,
// of which some readers take `Null` and `TRUE` for such, too.
std::string written_name(const std::string& name) {
  const std::string lower = base::lowercase(name);
  const bool word = lower == "true" || lower == "false" || lower == "null";
  const bool plain = lang::is_identifier(name) && !word;
  return plain ? name : base::to_json(base::Value(name));
}

}  // namespace

std::vector<NewFile> new_files(const std::string& name, Example example) {
  const std::string written = written_name(name);
  constexpr std::string_view kUnderTest = "what is under test";
  constexpr std::string_view kPeople = "what people do with it, and what must then be true";
  const std::string journey = "journeys/a_note_is_kept.yaml";
  if (example == Example::postgres) {
    return {{"system.yaml", fmt::format(kSystemWithPostgres, written), kUnderTest},
            {"schema.sql", std::string(kSchema), "the tables of its database"},
            {journey, std::string(kJourneyWithPostgres), kPeople}};
  }
  return {{"system.yaml", fmt::format(kSystemWithPython, written), kUnderTest},
          {"service.py", std::string(kService), "a small service, to be replaced by yours"},
          {journey, std::string(kJourneyWithPython), kPeople}};
}

}  // namespace peregrine::cli
