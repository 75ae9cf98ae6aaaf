// What a page asks for, and what it writes into its console.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "play/page.h"

namespace peregrine::play {

using base::Value;
using net::number_of;
using net::part_of;
using net::text_of;
using record::Event;

namespace {

constexpr size_t kMostAsked = 10'000;  // at the same time
constexpr size_t kBodyShown = 4'000;
constexpr size_t kLineShown = 4'000;

// The browser's own clock is the monotonic one, in seconds. What it tells is past.
base::Instant instant_of(const Value& parameters) {
  const base::Instant now = base::monotonic_now();
  const double seconds = number_of(parameters, "timestamp");
  if (seconds <= 0 || seconds > base::to_seconds(now.time_since_epoch())) return now;
  return base::Instant(
      std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds)));
}

// One argument of a call of the console, as it shows it.
std::string shown(const Value& argument) {
  const Value* value = argument.find("value");
  if (!value) return text_of(argument, "description");
  return lang::to_text(*value);
}

}  // namespace

PageTraffic::PageTraffic(const system::Endpoints& endpoints, record::Timeline* timeline)
    : endpoints_(endpoints), timeline_(timeline) {}

void PageTraffic::take(std::string_view frame, std::string_view method, const Value& parameters) {
  if (method == "Network.requestWillBeSent") {
    if (const Value* redirect = parameters.find("redirectResponse")) {
      answered(parameters, fmt::format("{:.0f}", number_of(*redirect, "status")), false);
    }
    asked(frame, parameters);
  } else if (method == "Network.responseReceived") {
    const double status = number_of(part_of(parameters, "response"), "status");
    const auto found = asked_.find(text_of(parameters, "requestId"));
    if (found != asked_.end() && found->second.document) status_ = static_cast<int>(status);
    answered(parameters, fmt::format("{:.0f}", status), status >= 500);
  } else if (method == "Network.loadingFailed") {
    answered(parameters, text_of(parameters, "errorText"), true);
  } else if (method == "Runtime.consoleAPICalled") {
    written(parameters);
  } else if (method == "Runtime.exceptionThrown") {
    threw(part_of(parameters, "exceptionDetails"));
  } else if (method == "Log.entryAdded") {
    noted(part_of(parameters, "entry"));
  }
}

// Of data: and blob: nothing leaves the browser.
void PageTraffic::asked(std::string_view frame, const Value& parameters) {
  const Value* request = parameters.find("request");
  if (!request || asked_.size() >= kMostAsked) return;
  const auto url = net::parse_url(text_of(*request, "url"));
  if (!url) return;
  const net::Origin to = net::Origin::of(*url);
  std::string source = to.to_string();
  for (const lang::ServiceSpec& service : endpoints_.spec().services) {
    const net::Origin& origin = endpoints_.origin(service.name);
    if (origin.host == to.host && origin.port == to.port) source = service.name;
  }
  const bool document =
      text_of(parameters, "type") == "Document" && text_of(parameters, "frameId") == frame;
  if (document) status_ = 0;
  Asked one{instant_of(parameters), std::move(source),
            fmt::format("{} {}", text_of(*request, "method"), url->target()), document};
  if (timeline_) {
    timeline_->add({one.at, Event::Kind::request, one.source, one.text,
                    base::shortened(text_of(*request, "postData"), kBodyShown), "", false});
  }
  asked_.insert_or_assign(text_of(parameters, "requestId"), std::move(one));
}

void PageTraffic::answered(const Value& parameters, std::string outcome, bool failed) {
  const auto found = asked_.find(text_of(parameters, "requestId"));
  if (found == asked_.end()) return;
  const Asked one = std::move(found->second);
  asked_.erase(found);
  if (!timeline_) return;
  const base::Instant at = std::max(one.at, instant_of(parameters));
  timeline_->add({.at = at,
                  .kind = Event::Kind::answer,
                  .source = one.source,
                  .text = one.text,
                  .detail = "",
                  .outcome = fmt::format("{} in {}", outcome, base::to_text(at - one.at)),
                  .failed = failed,
                  .took = at - one.at});
}

void PageTraffic::written(const Value& call) {
  std::string text;
  const Value* arguments = call.find("args");
  if (arguments && arguments->is_list()) {
    for (const Value& each : arguments->as_list()) text += (text.empty() ? "" : " ") + shown(each);
  }
  add_line(text_of(call, "type"), std::move(text));
}

// What the browser has to say. Hints to who writes the page are left out, and so is a picture for
// the tab, which nobody but the browser asked for.
void PageTraffic::noted(const Value& entry) {
  const std::string level = text_of(entry, "level");
  const std::string url = text_of(entry, "url");
  if (level == "verbose" || url.ends_with("/favicon.ico")) return;
  add_line(level, text_of(entry, "text") + (url.empty() ? "" : fmt::format(" ({})", url)));
}

void PageTraffic::threw(const Value& details) {
  std::string text = text_of(part_of(details, "exception"), "description");
  if (text.empty()) text = text_of(details, "text");
  add_line("error", std::move(text));
}

void PageTraffic::add_line(std::string_view level, std::string text) {
  text = base::shortened(text, kLineShown);
  if (timeline_) {
    timeline_->add({base::monotonic_now(), Event::Kind::log, "page",
                    fmt::format("{}: {}", level, text), "", "", level == "error"});
  }
  if (console_.size() >= kMostLines) return;
  console_.push_back(Value(base::Map{{"level", Value(level)}, {"text", Value(std::move(text))}}));
}

}  // namespace peregrine::play
