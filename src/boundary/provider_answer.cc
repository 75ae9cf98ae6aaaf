#include "boundary/provider_answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "boundary/provider_effects.h"
#include "boundary/provider_page.h"
#include "boundary/provider_program.h"
#include "boundary/provider_response.h"
#include "net/http_server.h"

namespace peregrine::boundary {

using base::Code;
using base::fail;
using base::Result;
using base::Value;
using Stage = ProviderAnswer::Stage;

namespace {

constexpr base::Duration kLongestWait = std::chrono::minutes(10);

const lang::Route* find_route(const lang::ProviderSpec& spec, const wire::Request& message) {
  const std::string_view path = ProviderRequest::path_of(message);
  const lang::Route* route = spec.route_of(message.method, path);
  if (!route && message.method == "HEAD") route = spec.route_of("GET", path);
  return route;
}

// The last of this name that a case of the route answers with; null if none does.
lang::ReplyPtr reply_of_route(const lang::Route& route, std::string_view name) {
  lang::ReplyPtr found;
  for (const lang::Case& each : route.cases) {
    const auto* reply = std::get_if<lang::ReplyPtr>(&each.answer);
    if (reply && *reply && (*reply)->name == name) found = *reply;
  }
  return found;
}

// "30s", "1.5s": what `wait` says; JSON numbers have become text there.
Result<base::Duration> read_wait(const std::string& text) {
  const size_t unit = text.find_first_not_of("0123456789.");
  const std::string number = text.substr(0, unit);
  const std::string of = unit == std::string::npos ? "" : text.substr(unit);
  char* end = nullptr;
  const double count = std::strtod(number.c_str(), &end);
  double seconds = -1;
  if (of == "ms") seconds = count / 1000;
  if (of == "s") seconds = count;
  if (of == "m") seconds = count * 60;
  if (number.empty() || *end != '\0' || seconds < 0) {
    return fail(Code::invalid, "`{}` is no length of a wait, as 30s is", text);
  }
  seconds = std::min(seconds, base::to_seconds(kLongestWait));
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

ProviderAnswer::ProviderAnswer(ProviderWorld& world, const wire::Request& message,
                               base::WallTime now, wire::Response& response)
    : world_(world),
      request_(message, find_route(*world.spec, message)),
      frame_(world, std::max(world.spec->slots.size, route() ? route()->slots : 0), now,
             route() ? &route()->lets : nullptr, &request_),
      response_(response) {
  response_.status = 0;
}

Stage ProviderAnswer::begin() {
  if (!route()) {
    response_ = net::plain_response(
        404, fmt::format("Peregrine's provider `{}` has no route {} {}; {} names those that it has",
                         world_.spec->name, request_.message().method, request_.path(),
                         world_.spec->source->path()));
    return Stage::answered;
  }
  Result<Stage> stage = carry_out();
  if (stage) return *stage;
  answer(stage.error());
  return Stage::answered;
}

Result<Stage> ProviderAnswer::carry_out() {
  TRY(const bool may, authorized());
  if (!may) return Stage::answered;
  TRY(const bool known, remembered());
  if (known) return Stage::answered;
  for (const lang::Requirement& requirement : route()->requirements) {
    TRY(const bool fits, fulfilled(requirement));
    if (fits) continue;
    remember();
    return Stage::answered;
  }
  for (const lang::Case& each : route()->cases) {
    bool holds = true;
    if (each.when) {
      TRY(holds, frame_.holds(*each.when));
    }
    if (holds) return act(each);
  }
  return fail(Code::invalid, "{}: no case holds", route()->at.to_string());
}

Result<bool> ProviderAnswer::authorized() {
  return world_.spec->auth ? fulfilled(*world_.spec->auth) : true;
}

// Whether the request is as it has to be; else it is answered.
Result<bool> ProviderAnswer::fulfilled(const lang::Requirement& requirement) {
  for (const auto& [part_of, pattern] : requirement.parts) {
    const Value& actual = request_.part(part_of);
    TRY(const bool fits, frame_.fits(pattern, actual.is_null() ? nullptr : &actual));
    if (fits) continue;
    TRY_OK(reply(requirement.otherwise));
    return false;
  }
  return true;
}

// Whether its answer is given from memory.
Result<bool> ProviderAnswer::remembered() {
  const auto& idempotency = world_.spec->idempotency;
  if (!idempotency) return false;
  const Result<Value> key = frame_.evaluate(idempotency->key);
  if (!key && key.error().code != Code::not_found) return std::unexpected(key.error());
  if (!key || key->is_null()) return false;
  key_ = lang::to_text(*key);
  const ProviderMemory::Entry* entry = world_.state.memory.find(key_, frame_.now());
  if (!entry) return false;
  key_.clear();  // what is answered now is not remembered
  if (entry->request != request_.digest() && idempotency->differs) {
    TRY_OK(reply(idempotency->differs));
    return true;
  }
  response_ = entry->answer;
  repeated_ = true;
  return true;
}

Result<Stage> ProviderAnswer::act(const lang::Case& chosen) {
  case_ = &chosen;
  auto done = do_effects(chosen.effects, frame_);
  if (!done && done.error().reply) {
    TRY_OK(reply(done.error().reply));
    remember();
    return Stage::answered;
  }
  if (!done) return std::unexpected(std::move(done).error().error);
  events = *std::move(done);
  if (chosen.wait) {
    TRY(const std::string within, frame_.fill_text(chosen.wait->within));
    TRY(wait_at_most_, read_wait(within));
    TRY(const bool now, frame_.holds(chosen.wait->until));
    if (!now && wait_at_most_ > base::Duration{}) {
      frame_.let_go();
      return Stage::waiting;
    }
  }
  if (std::holds_alternative<lang::ExecAnswer>(chosen.answer)) return Stage::program;
  TRY_OK(reply_of_case());
  remember();
  return Stage::answered;
}

Result<> ProviderAnswer::reply_of_case() {
  if (case_->listing) {
    TRY(Value page, page_of(*case_->listing, frame_));
    frame_.set(case_->listing->page, std::move(page));
  }
  return reply(std::get<lang::ReplyPtr>(case_->answer));
}

Result<> ProviderAnswer::reply(const lang::ReplyPtr& with) {
  Result<> made = make_response(*with, frame_, response_);
  if (!made) return base::because(std::move(made).error(), with->at.to_string());
  return {};
}

void ProviderAnswer::remember() {
  if (key_.empty()) return;
  world_.state.memory.remember(
      key_, {request_.digest(), response_, frame_.now() + world_.spec->idempotency->keep});
}

void ProviderAnswer::answer(const base::Error& mistake) {
  mistake_ = mistake.to_string();
  response_ = mistaken_response(world_.spec->name, mistake_);
}

void ProviderAnswer::answer_with(std::string_view name) {
  // The one that this route names sees what the route sees.
  lang::ReplyPtr found = route() ? reply_of_route(*route(), name) : nullptr;
  const lang::NamedReply* named = world_.spec->find_reply(name);
  if (!found && named) found = named->anywhere;
  const Result<> replied =
      found ? reply(found)
            : fail(Code::invalid, "the reply `{}` needs what only some routes have", name);
  if (!replied) answer(replied.error());
}

bool ProviderAnswer::ready(base::WallTime now) {
  frame_.set_now(now);
  frame_.refresh();
  const Result<bool> holds = frame_.holds(case_->wait->until);
  frame_.let_go();
  return !holds || *holds;  // what cannot be evaluated is told by finish()
}

void ProviderAnswer::finish(base::WallTime now) {
  frame_.set_now(now);
  frame_.refresh();
  if (const Result<> replied = reply_of_case(); !replied) return answer(replied.error());
  remember();
}

void ProviderAnswer::replace() {
  const lang::ReplyPtr& with = case_->wait->replaced;
  const Result<> replied = with ? reply(with) : reply_of_case();
  if (!replied) answer(replied.error());
}

Result<std::vector<std::string>> ProviderAnswer::command() {
  return words_of(std::get<lang::ExecAnswer>(case_->answer).command, frame_);
}

void ProviderAnswer::answer_by_program(const Result<std::string>& said) {
  Result<wire::Response> made =
      said ? response_of_program(*said) : Result<wire::Response>(std::unexpected(said.error()));
  if (!made) return answer(made.error());
  response_ = *std::move(made);
  remember();
}

}  // namespace peregrine::boundary
