#include "system/wiring.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "net/url.h"

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

constexpr std::string_view kDatabaseUrl = "DATABASE_URL";

std::string folder_of(const lang::SystemSpec& spec) {
  const auto folder = std::filesystem::absolute(spec.source->folder()).lexically_normal();
  return folder.has_filename() ? folder.string() : folder.parent_path().string();
}

void set_variable(std::vector<std::string>& environment, std::string_view name,
                  std::string_view text) {
  const std::string begin = fmt::format("{}=", name);
  std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(begin); });
  environment.push_back(begin + std::string(text));
}

}  // namespace

const Value& environment_value() {
  static const Value environment = [] {
    base::MapBuilder map;
    for (const std::string& entry : io::inherited_environment()) {
      const size_t equals = entry.find('=');
      if (equals != std::string::npos) {
        map.set(entry.substr(0, equals), Value(entry.substr(equals + 1)));
      }
    }
    return Value(map.build());
  }();
  return environment;
}

Wiring::Wiring(const lang::SystemSpec& spec, const Clock& clock)
    : spec_(spec), clock_(clock), random_(base::fresh_seed()), slots_(spec.slots) {
  slots_[spec.env] = environment_value();
}

void Wiring::place(const lang::ServiceSpec& service, const net::Origin& at) {
  const std::string url = fmt::format("{}://{}", at.tls ? "https" : "http", at.to_string());
  slots_[service.slot] = Value(base::Map{{"url", url}, {"host", at.host}, {"port", at.port}});
}

void Wiring::place(const lang::DatabaseSpec& database, base::Map where) {
  slots_[database.slot] = Value(std::move(where));
}

void Wiring::place(const lang::ProviderUse& provider, const boundary::Provider& running) {
  const io::Address& at = running.address();
  slots_[provider.slot] = Value(base::Map{{"url", running.url()},
                                          {"host", at.host},
                                          {"port", at.port},
                                          {"secrets", running.secrets()}});
}

void Wiring::place(const lang::MailSpec& mail, base::Map where) {
  slots_[mail.slot] = Value(std::move(where));
}

void Wiring::add_places(std::vector<std::string>& environment) const {
  const auto add = [&](const std::string& name, lang::Slot slot) {
    set_variable(environment, base::uppercase(name) + "_URL", url_of(slot));
  };
  const auto postgres = std::ranges::find(spec_.databases, lang::DatabaseSpec::Kind::postgres,
                                          &lang::DatabaseSpec::kind);
  if (postgres != spec_.databases.end()) {
    set_variable(environment, kDatabaseUrl, url_of(postgres->slot));
  }
  for (const auto& service : spec_.services) add(service.name, service.slot);
  for (const auto& database : spec_.databases) add(database.name, database.slot);
  for (const auto& provider : spec_.providers) add(provider.name, provider.slot);
  if (spec_.mail) add("mail", spec_.mail->slot);
}

Result<std::optional<boundary::MailLogin>> Wiring::login_of(const lang::MailSpec& mail) {
  if (!mail.login) return std::nullopt;
  TRY(std::string user, mail.login->user.fill_text(context(slots_)));
  TRY(std::string password, mail.login->password.fill_text(context(slots_)));
  return boundary::MailLogin{std::move(user), std::move(password)};
}

Result<io::Command> Wiring::command_of(const lang::ServiceSpec& service) {
  std::vector<Value> slots = slots_;
  slots[service.own_host] = *slots_[service.slot].find("host");
  slots[service.own_port] = *slots_[service.slot].find("port");
  return fill(*service.run, service.environment, slots);
}

Result<io::Command> Wiring::command_of(const lang::DatabaseSpec& database) {
  TRY(io::Command command, fill(*database.prepare, database.environment, slots_));
  for (const auto& [name, value] : database.environment) {
    if (name == kDatabaseUrl) return command;
  }
  set_variable(command.env, kDatabaseUrl, slots_[database.slot].find("url")->as_text());
  return command;
}

Result<io::Command> Wiring::fill(const lang::Command& command, const lang::Variables& variables,
                                 std::span<const Value> slots) {
  io::Command filled{{}, io::inherited_environment(), folder_of(spec_), std::nullopt};
  TRY(filled.argv, command.fill(context(slots)));
  if (filled.argv.front().empty()) {
    return fail(Code::invalid, "the first word of the command, its program, is empty");
  }
  for (const auto& [name, value] : variables) {
    TRY(const std::string text, value.fill_text(context(slots)));
    set_variable(filled.env, name, text);
  }
  clock_.give_to(filled.env);
  return filled;
}

Result<net::Origin> Wiring::origin_of(const lang::ServiceSpec& service) {
  TRY(const std::string text, service.url->fill_text(context(slots_)));
  TRY(const net::Url url, net::parse_url(text));
  if (!spec_.may_reach(url.host)) {
    return fail(Code::refused,
                "{} is not on this machine; to send there, allow it: --allow-host {}", url.host,
                url.host);
  }
  if (url.target() != "/") {
    return fail(Code::invalid, "the URL of a service ends with its port, {} goes on", text);
  }
  return net::Origin::of(url);
}

Result<HeaderTexts> Wiring::headers_of(const lang::ServiceSpec& service,
                                       lang::Context sender) const {
  sender.slots = slots_;
  HeaderTexts headers;
  for (const auto& [name, value] : service.headers) {
    TRY(std::string text, value.fill_text(sender));
    headers.emplace_back(name, std::move(text));
  }
  return headers;
}

lang::Context Wiring::context(std::span<const Value> slots) {
  return {slots, &random_, clock_.now(), spec_.zone};
}

}  // namespace peregrine::system
