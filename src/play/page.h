// What somebody sees of the system in a browser: pages in a context of his own, with his cookies.
//
//   CO_TRY(auto page, co_await Page::open(place, deadline));
//   CO_TRY_OK(co_await page->visit("http://127.0.0.1:3000/login", deadline));
//   CO_TRY_OK(co_await page->fill({"E-mail"}, Value("ada@example.org"), deadline));
//   CO_TRY_OK(co_await page->click({"Sign in"}, deadline));
//
// Things are found by what a person calls them: a label, the text of a button, what a screen reader
// says. Each act waits until it can be done: the thing is there, alone of its name, stands still,
// is not disabled, and nothing lies over it. When that does not come true, the error says what
// was in the way. A new window is followed; when it closes, the one before is seen again. Dialogs
// of JavaScript are answered, and told of in the console. Downloads are refused.
//
// Frames of other origins are not looked into.
//
// One thread: the loop's.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/cookie_jar.h"
#include "record/event.h"
#include "system/browser.h"
#include "system/endpoints.h"

namespace peregrine::play {

// What a page has asked the system for, its console, and where it is: by what the browser tells.
class PageTraffic {
 public:
  static constexpr size_t kMostLines = 1'000;  // of the console

  // `timeline` may be null. Both outlive it.
  PageTraffic(const system::Endpoints& endpoints, record::Timeline* timeline);

  // An event of a tab's session; `frame` is its main one.
  void take(std::string_view frame, std::string_view method, const base::Value& parameters);

  // What was written: a map with `level` and `text` for each line. What was given is forgotten when
  // the next step begins.
  const base::List& console() {
    given_ = console_.size();
    return console_;
  }
  void begin_step() {
    console_.erase(console_.begin(), console_.begin() + static_cast<long>(given_));
    given_ = 0;
  }
  // A line of the console that is ours.
  void add_line(std::string_view level, std::string text);
  // Of the document that was asked for last; 0: it has no answer.
  int status() const { return status_; }
  void forget_status() { status_ = 0; }

 private:
  struct Asked {
    base::Instant at;
    std::string source;
    std::string text;
    bool document = false;
  };
  void asked(std::string_view frame, const base::Value& parameters);
  void answered(const base::Value& parameters, std::string outcome, bool failed);
  void written(const base::Value& call);
  void noted(const base::Value& entry);
  void threw(const base::Value& details);

  const system::Endpoints& endpoints_;
  record::Timeline* timeline_;
  std::map<std::string, Asked, std::less<>> asked_;  // by the browser's number
  base::List console_;
  size_t given_ = 0;
  int status_ = 0;
};

class Page {
 public:
  // Between two looks at it where something is awaited; each is longer than the one before.
  static constexpr base::Duration kFirstPause = std::chrono::milliseconds(10);
  static base::Duration longer(base::Duration pause);

  struct Place {
    io::Loop& loop;
    std::shared_ptr<system::Browser> browser;
    const system::Endpoints& endpoints;
    record::Timeline* timeline = nullptr;  // null where nobody looks
  };
  // What something is called; where several are, `in` is a text that stands beside the right one.
  struct Target {
    std::string what;
    std::string in{};
  };
  struct Shown {
    std::string text{};
    std::string title{};
    std::string url{};
    std::string values{};  // that fields show, each on a line
  };

  // All of the place outlives it. An empty page.
  static io::Task<base::Result<std::unique_ptr<Page>>> open(Place place, io::Deadline deadline);
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  // What close() has not closed is closed without waiting for it.
  ~Page();

  // Each fails with Code::timeout when it could not be done by then, and says why; invalid for what
  // can never be done; closed when the browser or the page has gone.
  io::Task<base::Result<>> visit(std::string url, io::Deadline deadline);
  io::Task<base::Result<>> click(Target target, io::Deadline deadline);
  // Text into a field; true or false for what is on or off; one of its choices, or a list of them;
  // for a file a map with `file`, `name` and `type`.
  io::Task<base::Result<>> fill(Target target, base::Value value, io::Deadline deadline);
  // A key by its name in the DOM, or several at once: "Enter", "Control+A".
  io::Task<base::Result<>> press(std::string keys, io::Deadline deadline);
  // What a click or a key has set going may lead to another document, which is waited for.
  io::Task<base::Result<>> settle(io::Deadline deadline);
  io::Task<base::Result<Shown>> look(io::Deadline deadline);
  // How it answers dialogs from here on: "yes", "no", or with this text.
  void set_answer(std::string answer) { answer_ = std::move(answer); }
  // What is seen, as a JPEG.
  io::Task<base::Result<std::string>> picture(io::Deadline deadline);

  // The cookies of its browser become those of the jar, if these are others than it has left there;
  // and afterwards the other way round.
  io::Task<base::Result<>> take_cookies(const net::CookieJar& jar, io::Deadline deadline);
  io::Task<base::Result<>> give_cookies(net::CookieJar& jar, base::WallTime now,
                                        io::Deadline deadline);

  PageTraffic& traffic() { return traffic_; }
  io::Task<void> close(io::Deadline deadline);

 private:
  struct Tab {
    std::string target;   // its main frame has the same name
    std::string session;  // empty until it is attached
    net::DevTools::Listening listening{};
    std::deque<std::string> documents{};  // that it has shown, by the names of their loaders
    bool interactive = true;              // the text of the last one is there
    bool loaded = true;                   // all of it is
    bool asks = false;                    // another one, or a place in this one, was asked for
    bool leaves = false;                  // it is another one
    bool crashed = false;
  };

  explicit Page(Place place);
  void take_browser_event(std::string_view method, const base::Value& parameters);
  void take_tab_event(Tab& tab, std::string_view method, const base::Value& parameters);
  void take_navigation(Tab& tab, std::string_view method, const base::Value& parameters);
  io::Task<base::Result<Tab*>> current(io::Deadline deadline);
  io::Task<base::Result<>> attach(Tab& tab, io::Deadline deadline);
  io::Task<base::Result<base::Value>> call(std::string method, base::Map parameters,
                                           io::Deadline deadline);
  io::Task<base::Result<base::Value>> ask(base::Map request, io::Deadline deadline);
  io::Task<base::Result<base::Value>> ask_until(base::Map request, io::Deadline deadline);
  io::Task<base::Result<>> click_at(const base::Value& point, io::Deadline deadline);
  io::Task<base::Result<>> type(std::string text, io::Deadline deadline);

  const Place place_;
  PageTraffic traffic_;
  std::string answer_ = "no";
  std::string context_;                     // of the browser
  std::vector<std::unique_ptr<Tab>> tabs_;  // the last one is seen
  net::DevTools::Listening listening_{};
  std::vector<net::KeptCookie> left_;  // what the jar held when it was given the cookies
  io::Signal changed_;
};

}  // namespace peregrine::play
