// system.yaml: what is under test and what surrounds it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "lang/names.h"
#include "lang/not_playable.h"
#include "lang/template.h"

namespace peregrine::lang {

struct ServiceSpec {
  std::string name;
  Place at;
  Template run;  // a command line: words, quotes, no shell
  std::string ready_path = "/";
  std::vector<std::pair<std::string, Template>> environment;
};

struct DatabaseSpec {
  std::string name;
  Place at;
  std::optional<std::string> schema;  // paths, relative to the file's folder
  std::optional<std::string> seed;
};

struct SystemSpec {
  std::shared_ptr<const Source> source;
  std::string name;
  std::vector<ServiceSpec> services;
  std::vector<DatabaseSpec> databases;
  std::vector<NotPlayable> not_playable;

  // Slots of the names that `run` and `env` may use. `env` is Peregrine's own environment as a map;
  // a database's name is a map with its `url`; `host` and `port` are the service's own.
  struct Wiring {
    Slot env;
    Slot host;
    Slot port;
    std::vector<Slot> databases;  // in their order
    size_t slots;
  } wiring;

  const ServiceSpec* find_service(std::string_view name) const;
  const DatabaseSpec* find_database(std::string_view name) const;
};

// None when the file has mistakes; they are in `diagnostics`.
std::optional<SystemSpec> read_system(std::shared_ptr<const Source> source,
                                      Diagnostics& diagnostics);

}  // namespace peregrine::lang
