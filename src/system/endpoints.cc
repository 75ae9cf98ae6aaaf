#include "system/endpoints.h"

#include "base/check.h"

namespace peregrine::system {

const net::Origin& Endpoints::origin(std::string_view service) const {
  const auto found = origins_.find(service);
  base::check(found != origins_.end(), "a plan names a service that the system does not have");
  return found->second;
}

base::Result<HeaderTexts> Endpoints::headers(std::string_view service,
                                             const lang::Context& sender) const {
  const lang::ServiceSpec* spec = spec_.find_service(service);
  base::check(spec != nullptr, "a plan names a service that the system does not have");
  return wiring_.headers_of(*spec, sender);
}

}  // namespace peregrine::system
