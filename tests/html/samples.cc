// Reports of runs that no service would give: `html_samples hostile` has the texts of `html_samples
// texts` (a JSON list) in every place where a text from outside can stand, `html_samples large` 500
// journeys of 200 events each, `html_samples load` a load of ten minutes, of which one went badly,
// `html_samples race` a race that was lost, and one of ten that held.
#include <fmt/core.h>

#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>

#include "base/json.h"
#include "report/html.h"
#include "sample_load.h"

using namespace peregrine;
using namespace std::chrono_literals;
using record::Event;

namespace {

using namespace std::string_view_literals;

// What runs leaves a mark on the root element.
#define MARK "document.documentElement.id='ran'"

constexpr std::string_view kHostile[] = {
    "</script><script>" MARK "</script>",
    "<script>" MARK "</script>",
    "<!--<script>" MARK "//-->",
    "--><script>" MARK "</script><!--",
    "]]><script>" MARK "</script>",
    "<img src=x onerror=\"" MARK "\">",
    "\"><img src=x onerror=" MARK ">",
    "'><svg/onload=" MARK ">",
    "<svg><script>" MARK "</script></svg>",
    "<body onload=" MARK ">",
    "<iframe srcdoc=\"<script>parent." MARK "</script>\"></iframe>",
    "<iframe src=\"javascript:parent." MARK "\">",
    "<a href=\"javascript:" MARK "\" autofocus onfocus=" MARK ">here</a>",
    "<details open ontoggle=" MARK ">",
    "<input autofocus onfocus=" MARK ">",
    "<video><source onerror=" MARK "></video>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=" MARK ">",
    "<noscript><p title=\"</noscript><img src=x onerror=" MARK ">\">",
    "</title><script>" MARK "</script>",
    "</style><script>" MARK "</script>",
    "</textarea><script>" MARK "</script>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=\"0;url=javascript:" MARK "\">",
    "<base href=\"https://example.org/\"><link rel=stylesheet href=x>",
    "\";" MARK ";//",
    "';" MARK ";//",
    "`${" MARK "}`",
    "\\u003cscript\\u003e" MARK "\\u003c/script\\u003e",
    "\\\"; " MARK "; //",
    "&lt;script&gt;" MARK "&lt;/script&gt; &amp; &#60; &quot;",
    "{{constructor.constructor(\"" MARK "\")()}}",
    "__proto__",
    "constructor",
    "toString",
    "line\u2028" MARK "\u2029end",
    "\u202edetrever \u2066isolated\u2069 \u200b\ufeff",
    "NUL \0 and \x1b[31m and \x7f"sv,
    "not UTF-8: \xff\xfe \xc0\xaf \xed\xa0\x80 end",
    "\U0001F468\u200d\U0001F469\u200d\U0001F467 \u00e4\u0308 \u0e33\u0e33 \ufdfd "
    "Z\u0351\u036b\u0343",
    "line one\r\nline two\n\tand three",
    "",
    " ",
    "%s%n%x {} {0} $1 \\1",
    "<\0script>" MARK "</script>"sv,
};

std::string long_line() {
  std::string line = "<b>";
  while (line.size() < 1'000'000) line += "0123456789<i>&amp;";
  return line + "</b> end of the long line";
}

record::Failure hostile_failure(const std::string& all) {
  record::Failure failure;
  failure.step = failure.file = failure.message = all;
  failure.number = 1;
  for (const std::string_view text : kHostile) {
    const std::string hostile(text);
    failure.mismatches.push_back({hostile, hostile, hostile + "x", "- " + hostile});
    failure.seen.push_back(hostile);
  }
  failure.mismatches.push_back({"a long line", long_line(), "a short one", ""});
  return failure;
}

void add_events(record::JourneyResult& journey, const std::string& text, base::Instant at) {
  constexpr Event::Kind kKinds[] = {
      Event::Kind::step, Event::Kind::request, Event::Kind::answer,  Event::Kind::statement,
      Event::Kind::log,  Event::Kind::sent,    Event::Kind::received};
  for (const Event::Kind kind : kKinds) {
    Event event{at, kind, text, text, text, text, true, {1, 1, text}};
    journey.kept.events.push_back(std::move(event));
  }
}

record::LoadResult hostile_load(const std::string& all) {
  record::LoadResult load;
  load.name = load.file = load.model = load.aborted = all;
  load.requests.latency.add(3ms, 7);
  load.requests.latency.add(900h);
  load.ended = load.failed = 1;
  load.steps = {{all, all, 1, false, 8, 0, 1, load.requests}, {all, all, 2, true, 1, 0, 1, {}}};
  load.failures = {{all, 1, {}}};
  for (const std::string_view text : kHostile) load.failures[0].texts.emplace_back(text);
  load.thresholds = {{all, all, all, all, false}};
  record::LoadObserved::Process process{.name = all, .kind = all};
  process.points = {{}};
  load.observed.processes = {process};
  load.observed.gaps.why_not = all;
  return load;
}

record::RaceResult hostile_race(const std::string& all) {
  using Act = record::RaceAct;
  record::RaceResult race;
  race.name = race.file = race.stopped = race.serial_note = all;
  race.contenders = {"1", all};
  race.schedules = 2;
  race.serial_orders = 3;
  race.not_compared = {all};
  record::RaceFinding finding{.kind = all, .what = all, .order = {0, 1}};
  for (const std::string_view text : kHostile) {
    const std::string hostile(text);
    finding.acts.push_back(
        {Act::Kind::asks, 0, hostile, hostile, hostile, true, true, {{hostile, hostile}}, 2});
    finding.acts.push_back({Act::Kind::commits, 1, hostile, hostile, hostile, false, false});
  }
  finding.no_return_note = all;
  race.findings = {finding};
  return race;
}

record::RunResult hostile() {
  std::string all;
  for (const std::string_view text : kHostile) all += std::string(text) + "\n";
  record::RunResult run;
  run.trial = "run";
  run.system = run.repeat = run.note = all;
  run.verdict = record::Verdict::failed;
  run.parties = {{all}, {"__proto__", record::Party::Kind::database}};
  record::JourneyResult whole;
  whole.name = whole.file = whole.skip = all;
  whole.verdict = record::Verdict::failed;
  whole.tags = whole.covers = {all};
  whole.steps = {{all, 1, record::Verdict::failed, 1ms, 0, 1, all, 1}};
  whole.failures = {hostile_failure(all)};
  whole.traffic = {{Event::Kind::log, all, 1, 1}};
  whole.notes = {{record::Note::Kind::repeated_statement, all, 1, all, all, 7}};
  add_events(whole, all, {});
  for (const std::string_view text : kHostile) add_events(whole, std::string(text), {});
  run.journeys = {whole};
  run.loads = {hostile_load(all)};
  run.races = {hostile_race(all)};
  for (const std::string_view text : kHostile) {
    record::JourneyResult one;
    one.name = one.file = text;
    run.journeys.push_back(one);
  }
  return run;
}

record::JourneyResult large_journey(int number) {
  record::JourneyResult journey;
  journey.name = fmt::format("Customer {} orders what is left in the shop", number);
  journey.file = fmt::format("journeys/order_{}.yaml", number);
  journey.line = 1;
  journey.duration = 120ms + number * 1ms;
  journey.verdict = number % 37 == 0 ? record::Verdict::failed : record::Verdict::passed;
  base::Instant at{};
  for (uint64_t step = 1; step <= 20; ++step) {
    const std::string sentence = fmt::format("Step {} of the order", step);
    journey.steps.push_back({sentence, static_cast<int>(step) + 3, record::Verdict::passed, 5ms, 1,
                             0, "", step, 0, at.time_since_epoch()});
    auto add = [&](Event::Kind kind, std::string source, std::string text, std::string detail,
                   std::string outcome) {
      journey.kept.events.push_back({at,
                                     kind,
                                     std::move(source),
                                     std::move(text),
                                     std::move(detail),
                                     std::move(outcome),
                                     false,
                                     {step, 3, ""}});
      at += 700us;
    };
    add(Event::Kind::step, "", sentence, "", "");
    add(Event::Kind::request, "api", fmt::format("POST /orders/{}/{}", number, step),
        fmt::format("{{\"customer\":{},\"lines\":[{{\"article\":{},\"count\":2}}]}}", number, step),
        "");
    for (int i = 0; i < 6; ++i) {
      add(Event::Kind::statement, "postgres",
          "select id, price, stock from articles where id = $1 for update",
          fmt::format("$1 = {}", number * 100 + i), "SELECT 1");
    }
    add(Event::Kind::log, "api", fmt::format("{{\"level\":\"info\",\"order\":{}}}", number), "",
        "");
    add(Event::Kind::answer, "api", fmt::format("POST /orders/{}/{}", number, step),
        fmt::format("{{\"id\":{},\"status\":\"open\"}}", number), "201 in 6.3 ms");
  }
  journey.traffic = {{Event::Kind::statement, "postgres", 120, 0}};
  if (journey.verdict == record::Verdict::failed) {
    journey.failures = {{"Step 20 of the order",
                         journey.file,
                         23,
                         "it is not as expected",
                         {{"json.status", "\"paid\"", "\"open\""}},
                         {},
                         {},
                         0,
                         20}};
    journey.steps.back().verdict = record::Verdict::failed;
  }
  return journey;
}

record::RunResult large() {
  record::RunResult run;
  run.trial = "run";
  run.system = "shop";
  run.verdict = record::Verdict::failed;
  run.parties = {{"api"}, {"postgres", record::Party::Kind::database}};
  for (int i = 1; i <= 500; ++i) run.journeys.push_back(large_journey(i));
  return run;
}

record::RaceFinding double_booking() {
  using Kind = record::RaceAct::Kind;
  const std::string look = "select id from bookings where slot = $1 and cancelled is null";
  const std::string book = "insert into bookings (slot, guest) values ($1, $2)";
  record::RaceFinding finding{.kind = "not serial",
                              .what = "no order in turn ends so; it differs in bookings"};
  finding.order = {0, 1, 1, 0, 1, 0};
  finding.acts = {{Kind::begins, 0},
                  {Kind::begins, 1},
                  {Kind::asks, 0, "postgres", look, "SELECT 0"},
                  {Kind::asks, 1, "postgres", look, "SELECT 0", false, true},
                  {Kind::asks, 1, "postgres", book},
                  {Kind::asks, 0, "postgres", book, "", false, true},
                  {Kind::blocks, 0},
                  {Kind::commits, 1, "postgres", book, "INSERT 0 1"},
                  {Kind::ends, 1},
                  {Kind::goes_on, 0},
                  {Kind::commits,
                   0,
                   "postgres",
                   book,
                   "ERROR 23505: duplicate key",
                   true,
                   false,
                   {{"api", "POST /bookings: duplicate key value violates \"one_a_slot\""}}},
                  {Kind::ends, 0}};
  finding.preemptions = 2;
  finding.schedule = 2;
  finding.replayed = finding.confirmed = 3;
  finding.no_return = {.act = 3, .orders = 4, .preemptions = 2};
  finding.further = 5;
  return finding;
}

record::RunResult a_race() {
  record::RaceResult race;
  race.name = "Two guests book a slot";
  race.file = "journeys/two_guests.yaml";
  race.line = 1;
  race.contenders = {"1", "2"};
  race.fired = 5;
  race.fired_fell = 3;
  race.schedules = race.bound = 2;
  race.serial_orders = 3;
  race.operations = 7;
  race.stopped = "it has found something";
  race.without_conflict = 3;
  race.symmetric = 1;
  race.not_compared = {"postgres.bookings.created_at"};
  race.median = 4'300us;
  record::RaceResult held = race;
  race.findings = {double_booking()};
  held.name = "Ten guests book ten slots";
  held.contenders = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
  held.schedules = 138;
  held.fired_fell = 0;
  held.exhausted = true;
  held.stopped.clear();
  record::RunResult run;
  run.trial = "race";
  run.system = "hotel";
  run.verdict = record::Verdict::failed;
  run.parties = {{"api"}, {"postgres", record::Party::Kind::database}};
  run.races = {race, held};
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  std::string text;
  if (what == "texts") {
    text = base::to_json(base::List(std::begin(kHostile), std::end(kHostile)));
  } else if (what == "hostile" || what == "large" || what == "load" || what == "race") {
    text = report::to_html(what == "large"  ? large()
                           : what == "load" ? sample_load()
                           : what == "race" ? a_race()
                                            : hostile());
  } else {
    fmt::print(stderr, "usage: html_samples hostile|texts|large|load|race\n");
    return 2;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}
