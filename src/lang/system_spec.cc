#include "lang/system_spec.h"

#include <algorithm>

#include "base/text.h"
#include "lang/named.h"

namespace peregrine::lang {

const ServiceSpec* SystemSpec::find_service(std::string_view wanted) const {
  return find_named(services, wanted);
}

const DatabaseSpec* SystemSpec::find_database(std::string_view wanted) const {
  return find_named(databases, wanted);
}

const ProviderUse* SystemSpec::find_provider(std::string_view wanted) const {
  return find_named(providers, wanted);
}

const Lacking* SystemSpec::find_lacking(std::string_view wanted) const {
  return find_named(lacking, wanted);
}

std::string Lacking::reason(std::string_view environment) const {
  return fmt::format("the environment `{}` lacks the {} `{}`", environment, what, name);
}

bool SystemSpec::may_reach(std::string_view host) const {
  return is_on_this_machine(host) ||
         std::ranges::find(allowed_hosts, base::lowercase(host)) != allowed_hosts.end();
}

bool is_on_this_machine(std::string_view host) {
  if (host == "localhost" || host == "::1" || host == "[::1]") return true;
  // Not a name that merely begins so, as 127.0.0.1.example.org does.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

}  // namespace peregrine::lang
