// What the templates of a system read: where its services and databases are, and Peregrine's own
// environment. Filled while the system starts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "boundary/mail_sink.h"
#include "boundary/provider.h"
#include "io/process.h"
#include "lang/system_spec.h"
#include "net/http_client.h"
#include "system/clock.h"

namespace peregrine::system {

// Peregrine's own environment as it was first seen, as the map that `env.NAME` reads.
const base::Value& environment_value();

using HeaderTexts = std::vector<std::pair<std::string, std::string>>;

class Wiring {
 public:
  // Both outlive it. The clock is `now()` of templates, and given to the commands.
  Wiring(const lang::SystemSpec& spec, const Clock& clock);

  void place(const lang::ServiceSpec& service, const net::Origin& at);
  void place(const lang::DatabaseSpec& database, base::Map where);
  void place(const lang::ProviderUse& provider, const boundary::Provider& running);
  void place(const lang::MailSpec& mail, base::Map where);

  // Where something is that was placed there.
  std::string url_of(lang::Slot slot) const { return slots_[slot].find("url")->as_text(); }

  // The command that starts a service, with its environment, in the folder of system.yaml.
  // REQUIRES: it has `run`, and has been placed.
  base::Result<io::Command> command_of(const lang::ServiceSpec& service);
  // The command that prepares a database; DATABASE_URL is that one's unless its `env` says other.
  // REQUIRES: it has `prepare`, and has been placed.
  base::Result<io::Command> command_of(const lang::DatabaseSpec& database);
  // Tells a program where all of it is: API_URL of the service `api`, and so on; DATABASE_URL is
  // the first PostgreSQL.
  void add_places(std::vector<std::string>& environment) const;
  // Who has to log in to send mail, if somebody has to.
  base::Result<std::optional<boundary::MailLogin>> login_of(const lang::MailSpec& mail);
  // Where a service is that runs elsewhere. Refused when requests may not go there.
  base::Result<net::Origin> origin_of(const lang::ServiceSpec& service);
  // The headers that every request of a journey to the service has; `sender` is the journey's
  // context, which random values and the time are taken from.
  base::Result<HeaderTexts> headers_of(const lang::ServiceSpec& service,
                                       lang::Context sender) const;

 private:
  base::Result<io::Command> fill(const lang::Command& command, const lang::Variables& variables,
                                 std::span<const base::Value> slots);
  lang::Context context(std::span<const base::Value> slots);

  const lang::SystemSpec& spec_;
  const Clock& clock_;
  base::Random random_;
  std::vector<base::Value> slots_;
};

}  // namespace peregrine::system
