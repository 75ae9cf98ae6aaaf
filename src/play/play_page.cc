// page: what somebody does in a browser.
#include <fmt/core.h>

#include "base/digest.h"
#include "base/text.h"
#include "play/action.h"
#include "play/http_request.h"
#include "play/judgement.h"
#include "play/match.h"
#include "play/page.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;
using Kind = lang::PageAction::Kind;
using Act = lang::PageAction::Act;

namespace {

constexpr size_t kTextShown = 300;
constexpr int kFirstRefusal = 400;  // of statuses
constexpr base::Duration kStartWithin = std::chrono::seconds(30);
constexpr base::Duration kCookiesWithin = std::chrono::seconds(2);

// As a person reads it: what stands between words is one blank.
std::string with_single_blanks(std::string_view text) {
  std::string result;
  for (const char c : base::trimmed(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) {
      result += c;
    } else if (!result.ends_with(' ')) {
      result += ' ';
    }
  }
  return result;
}

Result<std::string> url_to_visit(const Act& act, Attempt& attempt) {
  wire::Request request;
  RequestTarget to;
  TRY_OK(fill_request(*act.visit, attempt, to, request));
  return url_of(to.origin, request).to_string();
}

// A document with an error is none that was to be seen, unless the step says what `status` is.
io::Task<Result<>> visit(const Act& act, Attempt& attempt, Page& page) {
  CO_TRY(const std::string url, url_to_visit(act, attempt));
  CO_TRY_OK(co_await page.visit(url, attempt.deadline));
  const int status = page.traffic().status();
  if (status < kFirstRefusal || judges(attempt.step, "status")) co_return Result<>{};
  co_return base::fail(Code::refused,
                       "the answer is {}; where it should be, say so: expect: "
                       "{{ status: {} }}",
                       status, status);
}

// Bytes, or a map with `file`, as the script on the page takes files.
Result<Value> to_fill(Value value, const std::string& label) {
  if (value.is_list()) {
    base::List list;
    for (const Value& each : value.as_list()) {
      TRY(Value one, to_fill(each, label));
      list.push_back(std::move(one));
    }
    return Value(std::move(list));
  }
  const Value* file = value.find("file");
  if (value.is_null()) return base::fail(Code::invalid, "it has no value; an empty text is \"\"");
  if (file && file->kind() != base::Kind::bytes) {
    return base::fail(Code::invalid, "`file` is the content of a file: \"${{file('{}')}}\"",
                      lang::to_text(*file));
  }
  if (value.kind() != base::Kind::bytes && !file) {
    if (!value.is_map()) return value.is_bool() ? value : Value(lang::to_text(value));
    return base::fail(Code::invalid, "a field takes text, true or false, a list or a file");
  }
  const Value* name = value.find("name");
  const Value* type = value.find("type");
  return Value(base::Map{{"base64", Value(base::base64(lang::to_text(file ? *file : value)))},
                         {"name", Value(name ? lang::to_text(*name) : label)},
                         {"type", Value(type ? lang::to_text(*type) : "")}});
}

Result<Page::Target> target_of(const Act& act, const Attempt& attempt) {
  Page::Target target;
  TRY(target.what, act.what.fill_text(attempt.context));
  if (act.in) {
    TRY(target.in, act.in->fill_text(attempt.context));
  }
  return target;
}

io::Task<Result<>> fill(const Act& act, Attempt& attempt, Page& page) {
  CO_TRY(Page::Target target, target_of(act, attempt));
  CO_TRY(Value value, act.value->fill(attempt.context));
  CO_TRY(Value filled, to_fill(std::move(value), target.what));
  co_return co_await page.fill(std::move(target), std::move(filled), attempt.deadline);
}

Result<bool> shows(const Act& act, const Attempt& attempt, const std::string& wanted,
                   const Page::Shown& shown) {
  if (!act.fits) {
    return with_single_blanks(shown.text).contains(wanted) ||
           with_single_blanks(shown.values).contains(wanted);
  }
  std::vector<record::Mismatch> mismatches;
  const Value text(shown.text);
  TRY_OK(match(*act.fits, &text, attempt.context, "text", mismatches));
  return mismatches.empty();
}

// Until it is seen, or is not seen any more.
io::Task<Result<>> look_for(const Act& act, Attempt& attempt, Page& page) {
  std::string wanted;
  if (!act.fits) {
    CO_TRY(wanted, act.what.fill_text(attempt.context));
    wanted = with_single_blanks(wanted);
  }
  std::string why;
  for (base::Duration pause = Page::kFirstPause;; pause = Page::longer(pause)) {
    const Result<Page::Shown> shown = co_await page.look(attempt.deadline);
    if (!shown && (shown.error().code != Code::timeout || why.empty())) {
      co_return std::unexpected(shown.error());
    }
    if (shown) {
      CO_TRY(const bool seen, shows(act, attempt, wanted, *shown));
      if (seen == (act.kind == Kind::see)) co_return Result<>{};
      const std::string text = with_single_blanks(shown->text);
      why = fmt::format("{} is {} at {}; the page says{}",
                        act.fits ? "it" : fmt::format("\"{}\"", wanted),
                        seen ? "still seen" : "not seen", shown->url,
                        text.empty() ? " nothing" : ": " + base::shortened(text, kTextShown));
    }
    if (!shown || attempt.world.loop.now() + pause >= attempt.deadline.at) {
      co_return base::fail(Code::timeout, "{}", why);
    }
    CO_TRY_OK(co_await attempt.world.loop.sleep(pause));
  }
}

io::Task<Result<>> take_picture(const Act& act, Attempt& attempt, Page& page) {
  CO_TRY(std::string name, act.what.fill_text(attempt.context));
  CO_TRY(std::string jpeg, co_await page.picture(attempt.deadline));
  if (!attempt.world.keeper || !attempt.world.timeline) co_return Result<>{};
  attempt.world.timeline->add_picture({.at = base::monotonic_now(),
                                       .step = attempt.number,
                                       .name = base::shortened(name, kTextShown),
                                       .jpeg = std::move(jpeg)});
  co_return Result<>{};
}

io::Task<Result<>> do_act(const Act& act, Attempt& attempt, Page& page) {
  switch (act.kind) {
    case Kind::visit:
      co_return co_await visit(act, attempt, page);
    case Kind::fill:
      co_return co_await fill(act, attempt, page);
    case Kind::click: {
      CO_TRY(Page::Target target, target_of(act, attempt));
      co_return co_await page.click(std::move(target), attempt.deadline);
    }
    case Kind::press: {
      CO_TRY(std::string keys, act.what.fill_text(attempt.context));
      co_return co_await page.press(std::move(keys), attempt.deadline);
    }
    case Kind::answer: {
      CO_TRY(std::string answer, act.what.fill_text(attempt.context));
      page.set_answer(std::move(answer));
      co_return Result<>{};
    }
    case Kind::see:
    case Kind::gone:
      co_return co_await look_for(act, attempt, page);
    case Kind::shot:
      co_return co_await take_picture(act, attempt, page);
  }
  co_return Result<>{};
}

io::Task<Result<>> see_page(Attempt& attempt, Page& page) {
  CO_TRY(Page::Shown shown, co_await page.look(attempt.deadline));
  attempt.see("text", Value(std::move(shown.text)));
  attempt.see("title", Value(std::move(shown.title)));
  attempt.see("url", Value(std::move(shown.url)));
  const int status = page.traffic().status();
  attempt.see("status", status > 0 ? Value(status) : Value());
  attempt.see("console", Value(page.traffic().console()));
  co_return Result<>{};
}

// What was done is not done again by a later attempt; what it has set going is waited for there.
io::Task<Result<>> do_acts(const lang::PageAction& action, Attempt& attempt, Page& page) {
  if (!*attempt.acts_done) {
    page.traffic().begin_step();
    page.set_answer("no");
  }
  size_t& done = attempt.acts_done->emplace(attempt.acts_done->value_or(0));
  if (done > 0) CO_TRY_OK(co_await page.settle(attempt.deadline));
  while (done < action.acts.size()) {
    const Act& act = action.acts[done];
    Result<> acted = co_await do_act(act, attempt, page);
    if (!acted) co_return base::because(acted.error(), fmt::format("`{}` was not done", act.text));
    ++done;
    if (act.kind != Kind::click && act.kind != Kind::press) continue;
    acted = co_await page.settle(attempt.deadline);
    if (!acted) co_return base::because(acted.error(), fmt::format("behind `{}`", act.text));
  }
  co_return Result<>{};
}

io::Task<Result<>> do_and_see(const lang::PageAction& action, Attempt& attempt, Page& page) {
  CO_TRY_OK(co_await do_acts(action, attempt, page));
  co_return co_await see_page(attempt, page);
}

// In a branch beside, the same person may have opened one meanwhile.
io::Task<Result<>> open_page(Attempt& attempt) {
  World& world = attempt.world;
  std::shared_ptr<Page>& page = attempt.browser->page;
  // To start a browser takes what it takes, and is nothing that the step waits for.
  const base::Instant begin = world.loop.now();
  const io::Deadline within = world.loop.in(kStartWithin);
  CO_TRY(auto browser, co_await world.system().browser(within));
  CO_TRY(auto opened,
         co_await Page::open({world.loop, std::move(browser), world.endpoints, world.timeline},
                             within));
  attempt.deadline.at += world.loop.now() - begin;
  if (!page) page = std::move(opened);
  co_return Result<>{};
}

}  // namespace

io::Task<Result<>> play_action(const lang::PageAction& action, Attempt& attempt) {
  if (!attempt.browser->page) CO_TRY_OK(co_await open_page(attempt));
  const std::shared_ptr<Page> page = attempt.browser->page;
  net::CookieJar& cookies = attempt.browser->cookies;
  attempt.sends(std::max(base::monotonic_now(), attempt.world.loop.now()));
  CO_TRY_OK(co_await page->take_cookies(cookies, attempt.deadline));
  const Result<> seen = co_await do_and_see(action, attempt, *page);
  attempt.answered();
  // Those of a page are his, also where something fell.
  const io::Deadline late = attempt.world.loop.in(kCookiesWithin);
  const Result<> given = co_await page->give_cookies(cookies, attempt.context.now, late);
  co_return seen ? given : seen;
}

}  // namespace peregrine::play
