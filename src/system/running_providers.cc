#include "system/running_providers.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "base/json.h"
#include "base/text.h"
#include "record/notes.h"

namespace peregrine::system {

using base::Result;
using record::Event;

namespace {

// A webhook that nobody accepts is not waited for until its last attempt.
constexpr base::Duration kRestWithin = std::chrono::milliseconds(500);

std::string outcome_of(const wire::Response& answer, base::Duration took) {
  return fmt::format("{} in {}", answer.status, base::to_text(took));
}

// What came, as a person would read it: the body, or what the URL asks for.
std::string detail_of(const boundary::ProviderCall& call) {
  std::string detail = call.request.body;
  if (!call.answer.body.empty()) {
    detail += fmt::format("{}answer: {}", detail.empty() ? "" : "\n", call.answer.body);
  }
  return detail;
}

// An object's as text, of whatever kind it is.
std::string id_of(const base::Value& object) {
  const base::Value* id = object.find("id");
  if (!id) return "";
  return id->is_text() ? id->as_text() : base::to_json(*id);
}

// The ids of all objects.
std::set<std::string, std::less<>> ids_of(const boundary::Provider& provider) {
  std::set<std::string, std::less<>> ids;
  const base::Value resources = provider.resources();
  for (const lang::Resource& resource : provider.spec().resources) {
    for (const base::Value& object : resources.find(resource.name)->as_list()) {
      ids.insert(id_of(object));
    }
  }
  return ids;
}

ContentTable objects_of(const std::string& name, const lang::Resource& resource,
                        const base::Value& objects, const Drawn& drawn) {
  ContentTable table{fmt::format("{}.{}", name, resource.name), {"id"}, {}};
  for (const lang::Field& field : resource.fields) table.columns.push_back(field.name);
  for (const base::Value& object : objects.as_list()) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row.push_back(comparable_text(id_of(object), drawn));
    for (const lang::Field& field : resource.fields) {
      const base::Value* value = object.find(field.name);
      row.push_back(value ? comparable(*value, drawn) : "");
    }
  }
  return table;
}

bool has_effects(const lang::Route& route) {
  return std::ranges::any_of(route.cases,
                             [](const lang::Case& one) { return !one.effects.empty(); });
}

bool changes_elsewhere(const boundary::ProviderCall& call) {
  const std::string& method = call.request.method;
  if (method == "GET" || method == "HEAD" || method == "OPTIONS") return false;
  return call.answer.status / 100 == 2 && call.failure.empty() && !call.repeated && call.route &&
         !has_effects(*call.route);
}

ContentTable calls_of(const std::string& name, const boundary::Provider& provider,
                      const Drawn& drawn) {
  ContentTable table{name + " calls", {"request", "body"}, {}};
  for (const auto& call : provider.calls_since(0)) {
    if (!changes_elsewhere(*call)) continue;
    const auto json = base::parse_json(call->request.body);
    table.rows.push_back(
        {comparable_text(call->title(), drawn),
         json ? comparable(*json, drawn) : comparable_text(call->request.body, drawn)});
  }
  return table;
}

// What they say is the object that they tell of, and an id of their own.
ContentTable webhooks_of(const std::string& name, const boundary::Provider& provider) {
  ContentTable table{name + " webhooks", {"event"}, {}};
  for (const auto& webhook : provider.webhooks()) table.rows.push_back({webhook->event});
  return table;
}

}  // namespace

// Tells the timeline what passes.
class RunningProviders::Watch : public boundary::ProviderObserver {
 public:
  // `service` takes its webhooks, if one does.
  Watch(std::string name, std::string service, record::Timeline& timeline)
      : name_(std::move(name)), service_(std::move(service)), timeline_(timeline) {}

  void call(const boundary::ProviderCall& call) override {
    Event event{call.started, Event::Kind::call, name_, call.title(), detail_of(call), ""};
    // A poll that has waited since before the play is no remainder of the one before.
    if (call.waited) event.at = std::max(call.started, timeline_.reset_at());
    event.took = call.duration;
    event.failed = call.answer.status == 0 || call.answer.status >= 400;
    count(call, event.failed);
    event.outcome = call.answer.status == 0 ? "no answer" : outcome_of(call.answer, call.duration);
    if (!call.failure.empty()) event.outcome += fmt::format(", failing: {}", call.failure);
    if (call.repeated) event.outcome += ", the same as before";
    if (!call.route) event.outcome += record::kNoSuchRoute;
    if (!call.mistake.empty()) event.outcome += fmt::format("; {}", call.mistake);
    timeline_.add(std::move(event));
  }

  void webhook(const boundary::Webhook& webhook) override {
    const auto& attempt = webhook.attempts.back();
    Event event{attempt.started, Event::Kind::webhook,
                name_,           fmt::format("{} to {}", webhook.event, webhook.url),
                webhook.body,    ""};
    event.cause.service = service_;
    event.took = attempt.duration;
    event.failed = !attempt.accepted();
    ++traffic_.webhooks.calls;
    traffic_.webhooks.failed += event.failed ? 1 : 0;
    event.outcome = attempt.answer ? outcome_of(*attempt.answer, attempt.duration) : attempt.error;
    if (webhook.attempts.size() > 1) {
      event.outcome += fmt::format(", attempt {}", webhook.attempts.size());
    }
    timeline_.add(std::move(event));
  }

  void mistake(const std::string& what) override {
    Event event{base::monotonic_now(), Event::Kind::log, name_, what, "", ""};
    event.failed = true;
    timeline_.add(std::move(event));
  }

  const ProviderTraffic& traffic() const { return traffic_; }

 private:
  // Routes live as long as their provider's file, so each is known by where it is.
  void count(const boundary::ProviderCall& call, bool failed) {
    auto known = by_route_.find(call.route.get());
    if (known == by_route_.end()) {
      if (by_route_.size() >= ProviderTraffic::kMostRoutes) return;
      ProviderTraffic::Calls& of_route = traffic_.routes[call.route ? call.route->title() : ""];
      known = by_route_.emplace(call.route.get(), &of_route).first;
    }
    ++known->second->calls;
    known->second->failed += failed ? 1 : 0;
  }

  std::string name_;
  std::string service_;
  record::Timeline& timeline_;
  ProviderTraffic traffic_;
  std::unordered_map<const lang::Route*, ProviderTraffic::Calls*> by_route_;
};

RunningProviders::RunningProviders(io::Loop& loop, const lang::SystemSpec& spec, Clock& clock,
                                   record::Timeline& timeline)
    : loop_(loop), spec_(spec), clock_(clock), timeline_(timeline) {
  // The clock ends with the system, which is after the last move.
  clock_.listen([this](base::WallTime, base::WallTime) {
    for (auto& [name, running] : running_) running.provider->clock_moved();
  });
}

RunningProviders::~RunningProviders() = default;

Result<> RunningProviders::open_all(const Options& options, const RunProgram& run_program) {
  for (const lang::ProviderUse& use : spec_.providers) {
    base::check(use.provider != nullptr, "a provider is started that cannot be played yet");
    Running running;
    running.watch =
        std::make_unique<Watch>(use.name, use.webhook ? use.webhook->service : "", timeline_);
    boundary::ProviderOptions how;
    how.seed = options.seed;
    how.zone = spec_.zone;
    how.env = options.env;
    how.fits = options.fits;
    how.wall_time = [this] { return clock_.now(); };
    how.may_reach = [this](std::string_view host) { return spec_.may_reach(host); };
    how.run_program = run_program;
    how.observer = running.watch.get();
    how.crossing = options.crossing;
    how.name = use.name;
    auto provider = boundary::Provider::open(loop_, io::Address{options.host, 0, ""}, use.provider,
                                             std::move(how));
    if (!provider) {
      return base::because(provider.error(),
                           fmt::format("the provider `{}` could not be started", use.name));
    }
    running.provider = *std::move(provider);
    running_.emplace(use.name, std::move(running));
  }
  return {};
}

void RunningProviders::set_webhook(const lang::ProviderUse& use, const net::Origin& origin) {
  find(use.name)->set_webhook(boundary::WebhookTarget{origin, use.webhook->path});
}

boundary::Provider* RunningProviders::find(std::string_view name) const {
  const auto found = running_.find(name);
  return found == running_.end() ? nullptr : found->second.provider.get();
}

const ProviderTraffic* RunningProviders::traffic(std::string_view name) const {
  const auto found = running_.find(name);
  return found == running_.end() ? nullptr : &found->second.watch->traffic();
}

io::Task<Result<>> RunningProviders::take_snapshots(io::Deadline deadline) {
  for (auto& [name, running] : running_) {
    const Result<> quiet = co_await running.provider->until_quiet(deadline);
    if (!quiet) co_return base::because(quiet.error(), fmt::format("`{}` did not rest", name));
  }
  for (auto& [name, running] : running_) {
    running.snapshot = running.provider->snapshot();
    running.ids = ids_of(*running.provider);
  }
  co_return Result<>{};
}

io::Task<Result<>> RunningProviders::reset(io::Deadline deadline) {
  const base::Instant enough = std::min(deadline.at, loop_.now() + kRestWithin);
  for (auto& [name, running] : running_) {
    const Result<> quiet = co_await running.provider->until_quiet(io::Deadline{enough});
    if (!quiet && quiet.error().code == base::Code::cancelled) co_return quiet;
  }
  for (auto& [name, running] : running_) running.provider->restore(*running.snapshot);
  co_return Result<>{};
}

void RunningProviders::change_luck() {
  for (auto& [name, running] : running_) running.provider->change_luck();
}

void RunningProviders::add_drawn(Drawn& drawn) const {
  for (const auto& [name, running] : running_) {
    for (const std::string& id : ids_of(*running.provider)) {
      if (!running.ids.contains(id)) drawn.add_id(id);
    }
  }
}

std::vector<ContentTable> RunningProviders::contents(const Drawn& drawn) const {
  std::vector<ContentTable> tables;
  for (const auto& [name, running] : running_) {
    const boundary::Provider& provider = *running.provider;
    const base::Value resources = provider.resources();
    for (const lang::Resource& resource : provider.spec().resources) {
      tables.push_back(objects_of(name, resource, *resources.find(resource.name), drawn));
    }
    tables.push_back(calls_of(name, provider, drawn));
    tables.push_back(webhooks_of(name, provider));
  }
  return tables;
}

}  // namespace peregrine::system
