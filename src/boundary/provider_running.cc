#include "boundary/provider_running.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "boundary/provider_actions.h"
#include "boundary/provider_program.h"
#include "boundary/provider_webhook.h"
#include "net/url.h"

namespace peregrine::boundary {

using base::Code;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;
using Batch = ProviderPostman::Batch;

namespace {

constexpr base::Duration kAnswerMost = std::chrono::seconds(60);   // for a client to take one
constexpr base::Duration kRequestMost = std::chrono::seconds(60);  // for a client to send one
constexpr base::Duration kProgramMost = std::chrono::seconds(30);
// The clock may run otherwise than ours does: it is looked at again after so long.
constexpr base::Duration kLongestSleep = std::chrono::seconds(10);
constexpr std::string_view kGarbage = "\x16\x03\x01 this is no answer of HTTP\r\n\r\n";

WebhookPtr fixed(const std::shared_ptr<Webhook>& webhook) { return webhook; }

std::string url_of(const WebhookTarget& target) {
  return fmt::format("{}://{}{}", target.origin.tls ? "https" : "http", target.origin.to_string(),
                     target.path);
}

}  // namespace

// Counts a request that is being answered, but while it waits.
class Provider::Running::Answering {
 public:
  explicit Answering(Running& of) : of_(of) { ++of_.answering_; }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  ~Answering() { pause(); }
  void pause() {
    if (!std::exchange(counted_, false)) return;
    --of_.answering_;
    of_.changed();
  }
  void go_on() {
    if (!std::exchange(counted_, true)) ++of_.answering_;
  }

 private:
  Running& of_;
  bool counted_ = true;
};

Provider::Running::Running(io::Loop& its_loop, io::Listener listener, ProviderWorld its_world,
                           ProviderOptions its_options)
    : loop(its_loop),
      options(std::move(its_options)),
      world(std::move(its_world)),
      changed_(its_loop),
      clock_(its_loop),
      postman_(its_loop, world, options.wall_time, options.may_reach,
               [this](const Webhook& webhook) { attempted(webhook); }),
      own_tasks_(its_loop) {
  net::HttpServerLimits limits{.connections = kMostConnections};
  limits.message.body = kMostBody;
  server_.emplace(loop, std::move(listener), router(), limits, options.tls);
  if (has_timers()) own_tasks_.spawn(keep_time());
}

net::Router Provider::Running::router() {
  net::Router router;
  router.take_all([this](net::HttpConversation& c) { return serve(c); });
  return router;
}

Task<void> Provider::Running::serve(net::HttpConversation& conversation) {
  Answering answering(*this);
  const CallPtr call = journal.make(kMostCalls);
  call->request.method = conversation.head().method;
  call->request.target = conversation.head().target;
  call->request.headers = conversation.head().headers;
  const bool whole = conversation.take_body(call->request.body);
  if (!whole && !co_await receive(conversation, call->request.body)) co_return;
  if (call->request.target.contains('%') && !net::percent_decode(call->request.target)) {
    co_return co_await refuse(conversation, 400, "no percent-encoding: " + call->request.target);
  }
  call->at = now();
  call->started = base::monotonic_now();
  Visit visit(options.crossing, options.name, [&] { return call->title(); });
  if (visit.directed() && !co_await passes(conversation, visit, Point::request)) co_return;
  ProviderAnswer answer(world, call->request, call->at, call->answer);
  call->failure = failures.take(answer.route(), loop.now());
  if (!call->failure.empty() && call->failure != "slow") {
    if (call->failure == "timeout") answering.pause();
    visit.answered(true, call->failure);
    co_return co_await fail(conversation, answer, call);
  }
  const ProviderAnswer::Stage stage = answer.begin();
  Batch webhooks = webhooks_of(answer.events);
  changed();
  clock_.notify_all();
  if (stage == ProviderAnswer::Stage::waiting) {
    // What this waits for may be the answer to what it has caused.
    postman_.post(std::exchange(webhooks, {}));
    answering.pause();
    if (!co_await wait(answer)) co_return;
    answering.go_on();
  } else if (stage == ProviderAnswer::Stage::program) {
    co_await run_program(answer);
  }
  call->waited = answer.wait_at_most() > base::Duration{};
  const base::Duration late = call->failure.empty() ? options.latency : options.latency + kSlow;
  if (late > base::Duration{} && !co_await loop.sleep(late)) co_return;
  std::optional<wire::Response> uncut;
  const wire::Response& response = tell(call, answer, uncut);
  if (!visit.directed() || co_await passes(conversation, visit, Point::answer)) {
    if (visit.directed()) {
      visit.answered(response.status >= 400, std::to_string(response.status));
    }
    (void)co_await conversation.respond(response, loop.in(kAnswerMost));
  }
  if (!webhooks.empty()) postman_.post(std::move(webhooks));
}

// Whether it goes on; else the director has had it lost.
Task<bool> Provider::Running::passes(net::HttpConversation& conversation, Visit& visit,
                                     Point point) {
  const Result<Verdict::Act> act = co_await visit.at(point);
  if (!act) co_return false;
  if (*act == Verdict::Act::drop) {
    conversation.may_be_cut();
    (void)co_await loop.sleep(kHeld);
  }
  if (*act != Verdict::Act::pass) (void)co_await conversation.cut("", loop.in(kAnswerMost));
  co_return *act == Verdict::Act::pass;
}

// Fails when there is nobody to answer, or who has asked for too much has been told so.
Task<Result<>> Provider::Running::receive(net::HttpConversation& conversation, std::string& body) {
  const Deadline deadline = loop.in(kRequestMost);
  for (;;) {
    CO_TRY(const std::string_view piece, co_await conversation.next(deadline));
    if (piece.empty()) co_return Result<>{};
    body += piece;
    if (body.size() <= kMostBody) continue;
    co_await refuse(conversation, 413, fmt::format("the body is larger than {} bytes", kMostBody));
    co_return base::fail(Code::limit, "the body is larger than {} bytes", kMostBody);
  }
}

Task<void> Provider::Running::refuse(net::HttpConversation& conversation, int status,
                                     std::string why) {
  (void)co_await conversation.respond(net::plain_response(status, why), loop.in(kAnswerMost));
}

Task<void> Provider::Running::fail(net::HttpConversation& conversation, ProviderAnswer& answer,
                                   CallPtr call) {
  const std::string failure = call->failure;
  const bool garbage = failure == "garbage", timeout = failure == "timeout";
  const bool cut = garbage || timeout || failure == "reset";
  if (!cut) answer.answer_with(failure);
  std::optional<wire::Response> uncut;
  const wire::Response& response = tell(call, answer, uncut);
  if (timeout) {
    conversation.may_be_cut();
    (void)co_await loop.sleep(kHeld);
  }
  if (cut) {
    (void)co_await conversation.cut(std::string(garbage ? kGarbage : ""), loop.in(kAnswerMost));
  } else {
    (void)co_await conversation.respond(response, loop.in(kAnswerMost));
  }
}

Task<Result<>> Provider::Running::wait(ProviderAnswer& answer) {
  const std::string path(answer.request().path());
  const uint64_t number = ++last_wait_;
  waits_[path] = number;
  changed();  // who waits there is replaced
  const Deadline deadline = loop.in(answer.wait_at_most());
  for (;;) {
    const auto last = waits_.find(path);
    if (last == waits_.end() || last->second != number) {
      answer.replace();
      co_return Result<>{};
    }
    if (answer.ready(now())) break;
    Result<> woken = co_await changed_.wait(deadline);
    if (!woken && woken.error().code != Code::timeout) co_return woken;
    if (!woken) break;
  }
  waits_.erase(path);
  answer.finish(now());
  co_return Result<>{};
}

Task<void> Provider::Running::run_program(ProviderAnswer& answer) {
  Result<std::vector<std::string>> words = answer.command();
  Result<std::string> said = base::fail(Code::invalid, "nothing here runs programs");
  if (!words) {
    said = std::unexpected(std::move(words).error());
  } else if (options.run_program) {
    said = co_await options.run_program(*std::move(words), world.spec->source->folder(),
                                        program_input(answer.request()), loop.in(kProgramMost));
  }
  answer.answer_by_program(said);
}

// What is to be sent: the call's answer, or `uncut` where the call keeps only a part of it.
// REQUIRES: the request's parts are not asked for any more.
const wire::Response& Provider::Running::tell(const CallPtr& call, const ProviderAnswer& answer,
                                              std::optional<wire::Response>& uncut) {
  call->duration = base::monotonic_now() - call->started;
  if (answer.route()) call->route = {world.spec, answer.route()};
  call->mistake = answer.mistake();
  call->repeated = answer.repeated();
  if (call->request.body.size() > kMostCallBytes) call->request.body.resize(kMostCallBytes);
  if (call->answer.body.size() > kMostCallBytes) {
    uncut = call->answer;
    call->answer.body.resize(kMostCallBytes);
  }
  journal.add(call, kMostCalls);
  if (options.observer) options.observer->call(*call);
  return uncut ? *uncut : call->answer;
}

Batch Provider::Running::webhooks_of(const std::vector<ProviderEvent>& events) {
  Batch batch;
  for (const ProviderEvent& event : events) {
    Result<Webhook> made = make_webhook(world, event, now());
    if (!made) {
      if (options.observer) {
        options.observer->mistake(
            fmt::format("the webhook `{}`: {}", event.name, made.error().to_string()));
      }
      continue;
    }
    auto webhook = std::make_shared<Webhook>(*std::move(made));
    webhook->number = journal.next_webhook();
    if (webhook->url.empty() && options.webhook) webhook->url = url_of(*options.webhook);
    journal.add(webhook);
    batch.push_back(std::move(webhook));
  }
  return batch;
}

void Provider::Running::attempted(const Webhook& webhook) {
  if (options.observer && !webhook.attempts.empty()) options.observer->webhook(webhook);
  changed();
}

Task<Result<Performed>> Provider::Running::perform(std::string action, Value with,
                                                   Deadline deadline) {
  CO_TRY(const std::vector<ProviderEvent> events, perform_action(world, action, with, now()));
  const Batch batch = webhooks_of(events);
  changed();
  clock_.notify_all();
  postman_.post(batch);
  CO_TRY_OK(co_await postman_.until_attempted(batch, deadline));
  Performed performed;
  std::ranges::transform(batch, std::back_inserter(performed.webhooks), fixed);
  co_return performed;
}

Task<Result<Performed>> Provider::Running::post_again(Performed performed, Deadline deadline) {
  Batch batch;
  for (const WebhookPtr& first : performed.webhooks) {
    auto webhook = std::make_shared<Webhook>(*first);
    webhook->attempts.clear();
    webhook->over = false;
    webhook->number = journal.next_webhook();
    journal.add(webhook);
    batch.push_back(std::move(webhook));
  }
  postman_.post(batch);
  CO_TRY_OK(co_await postman_.until_attempted(batch, deadline));
  std::ranges::transform(batch, performed.webhooks.begin(), fixed);
  co_return performed;
}

Task<Result<>> Provider::Running::until_quiet(Deadline deadline) {
  while (!quiet()) CO_TRY_OK(co_await changed_.wait(deadline));
  co_return Result<>{};
}

bool Provider::Running::has_timers() const {
  return std::ranges::any_of(world.spec->resources,
                             [](const lang::Resource& each) { return each.due.has_value(); });
}

void Provider::Running::look_at_clock() {
  if (!has_timers()) return;
  const DueActs acts = act_when_due(world, now());
  if (options.observer) {
    for (const std::string& mistake : acts.mistakes) options.observer->mistake(mistake);
  }
  postman_.post(webhooks_of(acts.events));
  changed();
  clock_.notify_all();
}

Task<void> Provider::Running::keep_time() {
  for (;;) {
    const auto due = boundary::next_due(world);
    const base::WallTime time = now();
    if (due && *due <= time) {
      look_at_clock();
      if (!co_await loop.yield()) co_return;
      continue;
    }
    const base::Duration left = due ? *due - time : kLongestSleep;
    const Result<> woken = co_await clock_.wait(loop.in(std::min(left, kLongestSleep)));
    if (!woken && woken.error().code != Code::timeout) co_return;
  }
}

void Provider::Running::restore(const Snapshot& snapshot) {
  postman_.drop();
  world.state = snapshot.state;
  journal.restore(snapshot.journal);
  failures.clear();
  changed();
  clock_.notify_all();
}

}  // namespace peregrine::boundary
