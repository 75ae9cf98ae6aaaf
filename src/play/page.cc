#include "play/page.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "play/page_files.h"
#include "play/page_keys.h"

namespace peregrine::play {

using base::Code;
using base::Map;
using base::Result;
using base::Value;
using net::part_of;
using net::text_of;
using namespace std::chrono_literals;

namespace {

constexpr int kWidth = 1280, kHeight = 720;  // of what is seen, in pixels
constexpr int kQuality = 70;                 // of a picture: JPEG's percent
constexpr base::Duration kLongestPause = 100ms;
constexpr size_t kDocuments = 16;                 // of a tab, that are known
constexpr std::string_view kWorld = "peregrine";  // of JavaScript, beside the page's own

// A cancelled wait is the caller's own; all else that was not to be had is told with its reason.
Result<> not_in_time(const base::Error& error, std::string_view why) {
  if (error.code == Code::cancelled || why.empty()) return std::unexpected(error);
  return base::fail(Code::timeout, "{}", why);
}

}  // namespace

Page::Page(Place place)
    : place_(place), traffic_(place.endpoints, place.timeline), changed_(place.loop) {}

Page::~Page() {
  if (context_.empty()) return;
  place_.browser->tools().post("", "Target.disposeBrowserContext",
                               {{"browserContextId", context_}});
}

io::Task<Result<std::unique_ptr<Page>>> Page::open(Place place, io::Deadline deadline) {
  std::unique_ptr<Page> page(new Page(place));
  net::DevTools& tools = place.browser->tools();
  CO_TRY(const Value made, co_await tools.call("", "Target.createBrowserContext", {}, deadline));
  page->context_ = text_of(made, "browserContextId");
  tools.post("", "Browser.setDownloadBehavior",
             {{"behavior", "deny"}, {"browserContextId", page->context_}});
  page->listening_ = tools.listen("", [of = page.get()](auto method, const Value& parameters) {
    of->take_browser_event(method, parameters);
  });
  CO_TRY(const Value target,
         co_await tools.call("", "Target.createTarget",
                             {{"url", "about:blank"}, {"browserContextId", page->context_}},
                             deadline));
  // The browser tells of it too, before or after its answer.
  const std::string name = text_of(target, "targetId");
  if (std::ranges::none_of(page->tabs_, [&](const auto& tab) { return tab->target == name; })) {
    page->tabs_.push_back(std::make_unique<Tab>(Tab{.target = name, .session = ""}));
  }
  CO_TRY_OK(co_await page->current(deadline));
  co_return std::move(page);
}

io::Task<void> Page::close(io::Deadline deadline) {
  const std::string context = std::exchange(context_, "");
  if (context.empty()) co_return;
  (void)co_await place_.browser->tools().call("", "Target.disposeBrowserContext",
                                              {{"browserContextId", context}}, deadline);
}

// Windows come and go.
void Page::take_browser_event(std::string_view method, const Value& parameters) {
  const Value& info = part_of(parameters, "targetInfo");
  if (method.empty()) changed_.notify_all();  // the browser has gone
  const bool gone = method == "Target.targetDestroyed";
  const std::string target = text_of(gone ? parameters : info, "targetId");
  const auto found = std::ranges::find_if(tabs_, [&](const auto& tab) {  //
    return tab->target == target;
  });
  if (gone) {
    if (found != tabs_.end()) tabs_.erase(found);
    changed_.notify_all();
  } else if (method == "Target.targetCreated" && found == tabs_.end() &&
             text_of(info, "browserContextId") == context_ && text_of(info, "type") == "page" &&
             text_of(info, "subtype").empty()) {  // of a kind: what is made beforehand
    tabs_.push_back(std::make_unique<Tab>(Tab{.target = target, .session = ""}));
  }
}

void Page::take_tab_event(Tab& tab, std::string_view method, const Value& parameters) {
  if (method == "Page.javascriptDialogOpening") {
    const std::string kind = text_of(parameters, "type");
    traffic_.add_line("dialog", fmt::format("{}: {}", kind, text_of(parameters, "message")));
    place_.browser->tools().post(tab.session, "Page.handleJavaScriptDialog",
                                 {{"accept", Value(answer_ != "no" || kind == "beforeunload")},
                                  {"promptText", answer_ == "yes" ? "" : answer_}});
  } else if (method == "Inspector.targetCrashed") {
    tab.crashed = true;
  } else {
    take_navigation(tab, method, parameters);
    traffic_.take(tab.target, method, parameters);
  }
  changed_.notify_all();
}

void Page::take_navigation(Tab& tab, std::string_view method, const Value& parameters) {
  const bool main = text_of(parameters, "frameId") == tab.target;
  if (!main) return;
  if (method == "Page.lifecycleEvent") {
    const std::string name = text_of(parameters, "name");
    if (name == "init") {
      tab.documents.push_back(text_of(parameters, "loaderId"));
      if (tab.documents.size() > kDocuments) tab.documents.pop_front();
      tab.interactive = tab.loaded = tab.asks = tab.leaves = false;
    } else if (name == "DOMContentLoaded") {
      tab.interactive = true;
    } else if (name == "load") {
      tab.loaded = true;
    }
  } else if (method == "Page.frameRequestedNavigation") {
    tab.asks = tab.asks || text_of(parameters, "disposition") == "currentTab";
  } else if (method == "Page.frameStartedNavigating") {
    tab.leaves = tab.leaves || text_of(parameters, "navigationType") != "sameDocument";
  } else if (method == "Page.navigatedWithinDocument") {
    tab.asks = false;
  } else if (method == "Page.frameStoppedLoading") {
    tab.asks = tab.leaves = false;
  }
}

// The one that is seen.
io::Task<Result<Page::Tab*>> Page::current(io::Deadline deadline) {
  for (;;) {
    if (auto fallen = place_.browser->fallen()) co_return base::fail(Code::closed, "{}", *fallen);
    if (tabs_.empty()) co_return base::fail(Code::closed, "the page has closed itself");
    Tab& tab = *tabs_.back();
    if (tab.crashed) co_return base::fail(Code::closed, "the page has crashed");
    if (!tab.session.empty()) co_return &tab;
    const std::string target = tab.target;
    const Result<> attached = co_await attach(tab, deadline);
    // It may have closed meanwhile.
    const bool gone = tabs_.empty() || tabs_.back()->target != target;
    if (!attached && !gone) co_return std::unexpected(attached.error());
  }
}

io::Task<Result<>> Page::attach(Tab& tab, io::Deadline deadline) {
  net::DevTools& tools = place_.browser->tools();
  const std::string target = tab.target;
  CO_TRY(const Value attached,
         co_await tools.call("", "Target.attachToTarget",
                             {{"targetId", target}, {"flatten", Value(true)}}, deadline));
  if (tabs_.empty() || tabs_.back()->target != target) co_return Result<>{};
  tab.session = text_of(attached, "sessionId");
  tab.listening = tools.listen(tab.session, [this, target](auto method, const Value& parameters) {
    const auto found = std::ranges::find_if(tabs_, [&](const auto& one) {  //
      return one->target == target;
    });
    if (found != tabs_.end()) take_tab_event(**found, method, parameters);
  });
  const std::string session = tab.session;
  for (const char* domain : {"Page.enable", "Network.enable", "Log.enable", "Runtime.enable"}) {
    tools.post(session, domain, {});
  }
  tools.post(session, "Page.setLifecycleEventsEnabled", {{"enabled", Value(true)}});
  tools.post(session, "Emulation.setFocusEmulationEnabled", {{"enabled", Value(true)}});
  CO_TRY_OK(co_await tools.call(session, "Emulation.setDeviceMetricsOverride",
                                {{"width", Value(kWidth)},
                                 {"height", Value(kHeight)},
                                 {"deviceScaleFactor", Value(1)},
                                 {"mobile", Value(false)}},
                                deadline));
  co_return Result<>{};
}

io::Task<Result<Value>> Page::call(std::string method, Map parameters, io::Deadline deadline) {
  CO_TRY(const Tab* tab, co_await current(deadline));
  const std::string session = tab->session;
  auto answer = co_await place_.browser->tools().call(session, std::move(method),
                                                      std::move(parameters), deadline);
  if (!answer && answer.error().code == Code::timeout) {
    co_return base::fail(Code::timeout,
                         "the page does not answer: a script of its own does not end");
  }
  co_return answer;
}

io::Task<Result<>> Page::visit(std::string url, io::Deadline deadline) {
  CO_TRY(Tab * tab, co_await current(deadline));
  const std::string target = tab->target;
  traffic_.forget_status();
  const std::string late = fmt::format("{} was not loaded in time", url);
  const Result<Value> asked = co_await call("Page.navigate", {{"url", url}}, deadline);
  if (!asked && asked.error().code == Code::timeout)
    co_return base::fail(Code::timeout, "{}", late);
  CO_TRY(const Value went, asked);
  if (const std::string error = text_of(went, "errorText"); !error.empty()) {
    co_return base::fail(Code::refused, "{} could not be visited: {}", url, error);
  }
  const std::string loader = text_of(went, "loaderId");
  if (loader.empty()) co_return Result<>{};  // a place in the same document
  for (;;) {
    CO_TRY(tab, co_await current(deadline));
    const bool came = std::ranges::find(tab->documents, loader) != tab->documents.end();
    if (tab->target != target || (came && tab->loaded)) co_return Result<>{};
    const Result<> woken = co_await changed_.wait(deadline);
    if (!woken) co_return not_in_time(woken.error(), late);
  }
}

// Or the window is no more.
io::Task<Result<>> Page::settle(io::Deadline deadline) {
  const auto passed = co_await call("Runtime.evaluate", {{"expression", "0"}}, deadline);
  if (!passed && passed.error().code != Code::refused) co_return std::unexpected(passed.error());
  for (;;) {
    CO_TRY(const Tab* tab, co_await current(deadline));
    if (!tab->asks && !tab->leaves && tab->interactive) co_return Result<>{};
    const Result<> woken = co_await changed_.wait(deadline);
    if (!woken) co_return not_in_time(woken.error(), "the next page did not come in time");
  }
}

// Fails with Code::refused when the document has gone meanwhile.
io::Task<Result<Value>> Page::ask(Map request, io::Deadline deadline) {
  CO_TRY(const Tab* tab, co_await current(deadline));
  const std::string frame = tab->target;
  CO_TRY(const Value world, co_await call("Page.createIsolatedWorld",
                                          {{"frameId", frame}, {"worldName", kWorld}}, deadline));
  CO_TRY(const Value answer,
         co_await call("Runtime.evaluate",
                       {{"expression", fmt::format("({})({})", page_scripts().front(),
                                                   base::to_json(Value(std::move(request))))},
                        {"contextId", part_of(world, "executionContextId")},
                        {"awaitPromise", Value(true)},
                        {"returnByValue", Value(true)}},
                       deadline));
  if (const Value* threw = answer.find("exceptionDetails")) {
    const std::string words = text_of(part_of(*threw, "exception"), "description");
    co_return base::fail(Code::refused, "{}", words.empty() ? text_of(*threw, "text") : words);
  }
  co_return part_of(part_of(answer, "result"), "value");
}

base::Duration Page::longer(base::Duration pause) { return std::min(2 * pause, kLongestPause); }

io::Task<Result<Value>> Page::ask_until(Map request, io::Deadline deadline) {
  std::string why;
  for (base::Duration pause = kFirstPause;; pause = longer(pause)) {
    Result<Value> answer = co_await ask(request, deadline);
    if (answer && answer->find("no")) {
      co_return base::fail(Code::invalid, "{}", text_of(*answer, "no"));
    }
    if (answer && !answer->find("wait")) co_return answer;
    if (!answer && answer.error().code != Code::refused) {
      if (answer.error().code != Code::timeout || why.empty()) co_return answer;
      co_return base::fail(Code::timeout, "{}", why);
    }
    why = answer ? text_of(*answer, "wait") : answer.error().to_string();
    const base::Instant next = place_.loop.now() + pause;
    if (next >= deadline.at) co_return base::fail(Code::timeout, "{}", why);
    CO_TRY_OK(co_await place_.loop.sleep(pause));
  }
}

io::Task<Result<>> Page::click_at(const Value& point, io::Deadline deadline) {
  const Value x = part_of(point, "x"), y = part_of(point, "y");
  for (const std::string_view kind : {"mouseMoved", "mousePressed", "mouseReleased"}) {
    const bool moves = kind == "mouseMoved";
    const auto done = co_await call("Input.dispatchMouseEvent",
                                    {{"type", kind},
                                     {"x", x},
                                     {"y", y},
                                     {"button", moves ? "none" : "left"},
                                     {"clickCount", Value(moves ? 0 : 1)}},
                                    deadline);
    // Its window may close by the click itself.
    const bool closed = !done && done.error().code == Code::refused && kind == "mouseReleased";
    if (!done && !closed) co_return std::unexpected(done.error());
  }
  co_return Result<>{};
}

io::Task<Result<>> Page::click(Target target, io::Deadline deadline) {
  CO_TRY(const Value found,
         co_await ask_until({{"do", "click"}, {"what", target.what}, {"in", target.in}}, deadline));
  co_return co_await click_at(part_of(found, "click"), deadline);
}

io::Task<Result<>> Page::fill(Target target, Value value, io::Deadline deadline) {
  const std::string text = value.is_text() ? value.as_text() : lang::to_text(value);
  base::MapBuilder request;
  request.set("do", Value("fill")).set("what", Value(target.what)).set("in", Value(target.in));
  request.set("value", std::move(value));
  const Map asked = request.build();
  CO_TRY(const Value found, co_await ask_until(asked, deadline));
  if (found.find("done")) co_return Result<>{};
  if (found.find("type")) co_return co_await type(text, deadline);
  // It is to be switched: clicked once, and then looked at until it is.
  CO_TRY_OK(co_await click_at(part_of(found, "click"), deadline));
  Map again = base::MapBuilder(asked).set("clicked", Value(true)).build();
  CO_TRY_OK(co_await ask_until(std::move(again), deadline));
  co_return Result<>{};
}

// Into what has the focus, over what is selected there.
io::Task<Result<>> Page::type(std::string text, io::Deadline deadline) {
  if (text.empty()) co_return co_await press("Delete", deadline);
  CO_TRY_OK(co_await call("Input.insertText", {{"text", text}}, deadline));
  // A field that shows it in another way, as a number of a telephone, is as it should be.
  CO_TRY(const Value left, co_await ask_until({{"do", "held"}}, deadline));
  const std::string held = text_of(left, "held");
  const bool cut = left.find("held") && held != text && text.starts_with(held);
  if (!cut) co_return Result<>{};
  co_return base::fail(Code::invalid, "the field holds {} of it",
                       held.empty() ? "nothing" : fmt::format("only \"{}\"", held));
}

io::Task<Result<>> Page::press(std::string keys, io::Deadline deadline) {
  CO_TRY(const std::vector<Map> strokes, key_strokes(keys));
  for (const Map& stroke : strokes) {
    CO_TRY_OK(co_await call("Input.dispatchKeyEvent", stroke, deadline));
  }
  co_return Result<>{};
}

io::Task<Result<Page::Shown>> Page::look(io::Deadline deadline) {
  CO_TRY(const Value seen, co_await ask_until({{"do", "text"}}, deadline));
  co_return Shown{text_of(seen, "text"), text_of(seen, "title"), text_of(seen, "url"),
                  text_of(seen, "values")};
}

io::Task<Result<std::string>> Page::picture(io::Deadline deadline) {
  CO_TRY(const Value taken,
         co_await call("Page.captureScreenshot", {{"format", "jpeg"}, {"quality", Value(kQuality)}},
                       deadline));
  auto bytes = base::base64_decoded(text_of(taken, "data"));
  if (!bytes) co_return base::fail(Code::protocol, "the browser gave no picture");
  co_return *std::move(bytes);
}

}  // namespace peregrine::play
