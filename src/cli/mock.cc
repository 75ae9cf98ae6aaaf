// peregrine mock: a provider alone, for trying an SDK or a service by hand.
#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "boundary/provider.h"
#include "boundary/provider_desk.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "io/interrupts.h"
#include "lang/provider_file.h"
#include "lang/shipped_providers.h"
#include "net/url.h"
#include "play/fits.h"
#include "system/wiring.h"

namespace peregrine::cli {

using base::Result;
using boundary::Provider;
using boundary::ProviderDesk;
using ProviderPtr = std::shared_ptr<const lang::ProviderSpec>;

namespace {

constexpr const char* kHost = "127.0.0.1";

// The provider of a shipped name or a file; null when that has been told.
ProviderPtr read_provider(const std::string& name) {
  std::error_code error;
  const bool file = std::filesystem::is_regular_file(name, error);
  const auto path = file ? std::optional(name) : lang::shipped_provider(name);
  if (!path) {
    const std::vector<std::string> names = lang::shipped_provider_names();
    tell(fmt::format("there is no file and no provider `{}`; {}", name,
                     lang::suggestion(name, {names.begin(), names.end()})));
    return nullptr;
  }
  auto source = lang::Source::read(*path);
  if (!source) {
    tell(source.error().to_string());
    return nullptr;
  }
  lang::Diagnostics diagnostics;
  auto spec = lang::read_provider(*std::move(source), diagnostics);
  for (const lang::Diagnostic& mistake : diagnostics.sorted()) {
    fmt::print(stderr, "{}\n", lang::render(mistake));
  }
  if (!spec) return nullptr;
  return std::make_shared<const lang::ProviderSpec>(*std::move(spec));
}

// A line for each call and webhook.
class Lines final : public boundary::ProviderObserver {
 public:
  void call(const boundary::ProviderCall& call) override {
    const std::string outcome =
        call.answer.status != 0 ? std::to_string(call.answer.status) : "no answer";
    print(fmt::format("{}  {}{}", call.title(), outcome, note(call)));
  }
  void webhook(const boundary::Webhook& webhook) override {
    const auto& last = webhook.attempts.back();
    const std::string outcome = last.answer ? std::to_string(last.answer->status) : last.error;
    print(fmt::format("webhook {} to {}  {}", webhook.event, webhook.url, outcome));
  }
  void mistake(const std::string& what) override { print("a mistake: " + what); }

 private:
  static std::string note(const boundary::ProviderCall& call) {
    if (!call.mistake.empty()) return ": " + call.mistake;
    if (!call.route) return ", no such route";
    if (!call.failure.empty()) return ", failed as asked: " + call.failure;
    return call.repeated ? ", again by its idempotency key" : "";
  }
  static void print(const std::string& line) {
    fmt::print("{}\n", base::printable(line));
    std::fflush(stdout);
  }
};

void print_beginning(const Provider& provider, const ProviderDesk& desk) {
  fmt::print("{} is played at {}\n", provider.spec().name, provider.url());
  fmt::print(
      "Point its SDK there in place of {}; the secrets are\n",
      provider.spec().hosts.empty() ? "its own host" : "https://" + provider.spec().hosts[0]);
  for (const auto& [name, value] : provider.secrets().as_map()) {
    fmt::print("  {:<10} {}\n", name, lang::to_text(value));
  }
  fmt::print("{}/ tells as JSON what it was asked and posted\n", desk.url());
  std::string actions;
  for (const std::string_view name : provider.spec().action_names()) {
    actions += fmt::format("{}{}", actions.empty() ? "" : " ", name);
  }
  fmt::print("POST {}/actions/NAME, with its inputs as JSON, does {}\n\n", desk.url(), actions);
  std::fflush(stdout);
}

Result<std::optional<boundary::WebhookTarget>> read_target(const std::string& text) {
  if (text.empty()) return std::nullopt;
  TRY(const net::Url url, net::parse_url(text));
  return boundary::WebhookTarget{net::Origin::of(url), url.target()};
}

}  // namespace

int mock_command(const Flags& flags) {
  const ProviderPtr spec = read_provider(flags.name);
  if (!spec) return kWrongFile;
  auto target = read_target(flags.webhook);
  if (!target) return tell("--webhook: " + target.error().to_string(), kWrongFile);
  auto loop = io::Loop::create();
  if (!loop) return tell(loop.error().to_string(), kOwnError);
  auto interrupts = io::Interrupts::take(**loop, {SIGINT, SIGTERM, SIGHUP});
  if (!interrupts) return tell(interrupts.error().to_string(), kOwnError);

  Lines lines;
  auto provider = Provider::open(**loop, {kHost, flags.port, ""}, spec,
                                 {.seed = flags.seed.value_or(1),
                                  .env = system::environment_value(),
                                  .fits = play::fits,
                                  .webhook = *std::move(target),
                                  .observer = flags.quiet ? nullptr : &lines});
  if (!provider) return tell(provider.error().to_string(), kNotStarted);
  auto desk = ProviderDesk::open(**loop, {kHost, 0, ""}, **provider);
  if (!desk) return tell(desk.error().to_string(), kNotStarted);
  print_beginning(**provider, **desk);
  const Result<int> signal = (*loop)->run(interrupts->next(io::Deadline::never()));
  fmt::print("\n{} is over\n", spec->name);
  return signal ? kHeld : kOwnError;
}

}  // namespace peregrine::cli
