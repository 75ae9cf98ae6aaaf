#include "boundary/provider.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "boundary/provider_actions.h"
#include "boundary/provider_frame.h"
#include "boundary/provider_running.h"

namespace peregrine::boundary {

using base::Result;
using base::Value;
using io::Deadline;
using io::Task;

namespace {

// They see the environment alone, which is the first name of their own frame.
Result<Value> make_secrets(const lang::ProviderSpec& spec, const ProviderOptions& options) {
  base::Random random = base::Random::stream(options.seed, "secrets of " + spec.name);
  std::vector<Value> slots(std::max<size_t>(1, spec.secret_slots));
  slots[0] = options.env;
  const lang::Context context{
      .slots = slots, .random = &random, .now = options.wall_time(), .zone = options.zone};
  base::MapBuilder secrets;
  for (const lang::Secret& secret : spec.secrets) {
    Result<std::string> text = secret.value.fill_text(context);
    if (!text) {
      return base::because(std::move(text).error(),
                           fmt::format("{}: the secret `{}`", secret.at.to_string(), secret.name));
    }
    secrets.set(secret.name, Value(*std::move(text)));
  }
  return Value(secrets.build());
}

}  // namespace

Value Performed::event() const { return webhooks.empty() ? Value() : webhooks.back()->json; }

const wire::Response* Performed::answer() const {
  if (webhooks.empty() || webhooks.back()->attempts.empty()) return nullptr;
  const auto& answer = webhooks.back()->attempts.front().answer;
  return answer ? &*answer : nullptr;
}

Result<std::unique_ptr<Provider>> Provider::open(io::Loop& loop, const io::Address& at,
                                                 std::shared_ptr<const lang::ProviderSpec> spec,
                                                 ProviderOptions options) {
  base::check(options.fits != nullptr, "a provider is not told how to compare");
  TRY(Value secrets, make_secrets(*spec, options));
  TRY(io::Listener listener, io::Listener::open(loop, at));
  ProviderState state{.lists = std::vector<ObjectList>(spec->resources.size()),
                      .random = base::Random::stream(options.seed, "provider " + spec->name)};
  ProviderWorld world{.spec = std::move(spec),
                      .zone = options.zone,
                      .fits = options.fits,
                      .secrets = std::move(secrets),
                      .state = std::move(state)};
  auto running =
      std::make_unique<Running>(loop, std::move(listener), std::move(world), std::move(options));
  return std::unique_ptr<Provider>(new Provider(std::move(running)));
}

Provider::Provider(std::unique_ptr<Running> running) : running_(std::move(running)) {}
Provider::~Provider() = default;

const lang::ProviderSpec& Provider::spec() const { return *running_->world.spec; }
const io::Address& Provider::address() const { return running_->address(); }
std::string Provider::url() const {
  return (running_->options.tls ? "https://" : "http://") + address().to_string();
}
Value Provider::secrets() const { return running_->world.secrets; }

Value Provider::resources() const {
  base::MapBuilder map;
  for (size_t i = 0; i < spec().resources.size(); ++i) {
    map.set(spec().resources[i].name, running_->world.state.lists[i].value());
  }
  return Value(map.set("secrets", secrets()).build());
}

Result<base::List> Provider::text_messages() const {
  if (!spec().sms) return base::List();
  ProviderFrame frame(running_->world, spec().slots.size, running_->options.wall_time());
  TRY(const Value messages, frame.evaluate(*spec().sms));
  const auto is_message = [](const Value& each) {
    return each.is_map() && each.find("to") && each.find("text");
  };
  if (!messages.is_list() || !std::ranges::all_of(messages.as_list(), is_message)) {
    return base::fail(base::Code::invalid,
                      "`sms` of the provider `{}` gives no list of maps with `to` and `text`",
                      spec().name);
  }
  return messages.as_list();
}

void Provider::set_webhook(std::optional<WebhookTarget> target) {
  running_->options.webhook = std::move(target);
}

void Provider::set_latency(base::Duration latency) { running_->options.latency = latency; }

void Provider::set_observer(ProviderObserver* observer) { running_->options.observer = observer; }

Task<Result<Performed>> Provider::perform(std::string action, Value with, Deadline deadline) {
  return running_->perform(std::move(action), std::move(with), deadline);
}

Task<Result<Performed>> Provider::post_again(Performed performed, Deadline deadline) {
  return running_->post_again(std::move(performed), deadline);
}

Provider::Mark Provider::mark() const { return running_->journal.last_call(); }

std::vector<std::shared_ptr<const ProviderCall>> Provider::calls_since(Mark mark) const {
  std::vector<std::shared_ptr<const ProviderCall>> calls;
  for (const auto& call : running_->journal.calls()) {
    if (call->number > mark) calls.push_back(call);
  }
  return calls;
}

std::vector<std::shared_ptr<const ProviderCall>> Provider::calls_since(
    Mark mark, std::string_view route) const {
  auto calls = calls_since(mark);
  const lang::Route* wanted = spec().find_route(route);
  std::erase_if(calls, [&](const auto& call) { return !wanted || call->route.get() != wanted; });
  return calls;
}

std::vector<WebhookPtr> Provider::webhooks() const {
  const auto& webhooks = running_->journal.webhooks();
  return {webhooks.begin(), webhooks.end()};
}

Result<> Provider::fail(Failure failure) {
  return running_->failures.add(spec(), std::move(failure), running_->loop.now());
}

void Provider::heal() { running_->failures.clear(); }
bool Provider::quiet() const { return running_->quiet(); }
Task<Result<>> Provider::until_quiet(Deadline deadline) { return running_->until_quiet(deadline); }

std::optional<base::WallTime> Provider::next_due() const {
  return boundary::next_due(running_->world);
}

void Provider::clock_moved() { running_->look_at_clock(); }

void Provider::change_luck() {
  base::Random& random = running_->world.state.random;
  random = base::Random(random.next());
}

std::shared_ptr<const Provider::Snapshot> Provider::snapshot() const {
  return std::make_shared<const Snapshot>(running_->world.state, running_->journal);
}

void Provider::restore(const Snapshot& snapshot) { running_->restore(snapshot); }

}  // namespace peregrine::boundary
