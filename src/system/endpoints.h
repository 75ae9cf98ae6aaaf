// What of a running system a play needs that only asks services: where they are, their headers, the
// hosts that may be asked, the time. It changes nothing and waits for nothing, so that a process
// that is a copy of the one with the system has all of it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lang/system_spec.h"
#include "net/http_client.h"
#include "system/clock.h"
#include "system/wiring.h"

namespace peregrine::system {

using Origins = std::map<std::string, net::Origin, std::less<>>;  // of services, by name

class Endpoints {
 public:
  // All of them outlive it.
  Endpoints(const lang::SystemSpec& spec, const Origins& origins, const Wiring& wiring,
            const Clock& clock)
      : spec_(spec), origins_(origins), wiring_(wiring), clock_(clock) {}

  const lang::SystemSpec& spec() const { return spec_; }
  // Where a service answers. REQUIRES: the system has it.
  const net::Origin& origin(std::string_view service) const;
  // The headers of every request to a service. REQUIRES: the system has it.
  base::Result<HeaderTexts> headers(std::string_view service, const lang::Context& sender) const;
  // How far the system's clock is ahead of the machine's.
  base::Duration ahead() const { return clock_.ahead(); }

 private:
  const lang::SystemSpec& spec_;
  const Origins& origins_;
  const Wiring& wiring_;
  const Clock& clock_;
};

}  // namespace peregrine::system
