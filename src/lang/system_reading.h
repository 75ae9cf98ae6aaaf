// What the readers of system.yaml's parts share: one file each, system_SERVICES.cc and so on; which
// there are is listed in system_file.cc. Only those include this.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lang/fields.h"
#include "lang/system_spec.h"

namespace peregrine::lang {

struct SystemReading {
  std::shared_ptr<const Source> source;
  Diagnostics& diagnostics;
  SystemSpec spec{};
  // `env`, services, databases and providers: all are known before any template is compiled.
  Names names{};
  bool any_host = false;  // one that requests may not go to is no mistake

  // The slot of a service's, database's or provider's name. Nothing, and a mistake, when it cannot
  // be one or is taken.
  std::optional<Slot> declare(const Node& key, std::string_view what);
  // The path of a file that there is, from the folder of system.yaml; empty, and a mistake, when
  // there is none.
  std::string read_file_path(const Node& node, std::string_view what);
  // `env:` of a program.
  Variables read_variables(const Node& node, const Names& known);
  // "`clock`", which this version cannot play yet.
  void not_playable(const Place& at, std::string what, bool run_needs_it = true);
};

// Each reads one key; `declare_…` come before all that compile templates.
void read_zone(const Node& node, SystemReading& reading);
void read_clock(const Node& node, SystemReading& reading);  // after the zone
void declare_services(const Node& node, SystemReading& reading);
void read_services(const Node& node, SystemReading& reading);
void declare_databases(const Node& node, SystemReading& reading);
void read_databases(const Node& node, SystemReading& reading);
void declare_providers(const Node& node, SystemReading& reading);
void read_providers(const Node& node, SystemReading& reading);               // after the services
void read_mail(const Node& key, const Node& value, SystemReading& reading);  // the provider `mail`
void read_loads(const Node& node, SystemReading& reading);

// The `url` of a service, written out: reports what is no URL of a service, and a host that
// may not be reached.
void check_service_url(const Node& node, SystemReading& reading);

// Puts services into the order in which they start; reports those that wait for each other.
void find_start_order(SystemReading& reading);

}  // namespace peregrine::lang
