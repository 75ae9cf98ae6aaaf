// A system, compiled: what is under test and what surrounds it. Immutable; shared by all who start
// it or play against it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "lang/actor_file.h"
#include "lang/command.h"
#include "lang/headers.h"
#include "lang/load_spec.h"
#include "lang/names.h"
#include "lang/not_playable.h"
#include "lang/provider_spec.h"
#include "lang/template.h"

namespace peregrine::lang {

// How system.yaml is read.
struct SystemOptions {
  std::string environment{};                 // one of `environments:`; empty: the file as it is
  std::vector<std::string> allowed_hosts{};  // whom to send to beside this machine
};

// Names and texts that a program gets in its environment, over Peregrine's own.
using Variables = std::vector<std::pair<std::string, Template>>;

struct ServiceSpec {
  std::string name;
  Place at;
  Slot slot = 0;                // of its name: a map with `url host port`
  std::optional<Command> run;   // either this,
  std::optional<Template> url;  // or it runs elsewhere; neither: `compose`, not playable
  Slot own_host = 0;            // `${host}` and `${port}` of `run` and `env`
  Slot own_port = 0;
  std::optional<std::string> ready_path;  // answers 2xx once it works
  Variables environment;
  HeaderTemplates headers;    // of every request that a journey sends to it
  bool restart_each = false;  // it starts anew for each play
  // The version of HTTP that journeys speak with it: 1 or 2; 0: over TLS what it chooses, else 1.
  int http = 0;
};

struct DatabaseSpec {
  enum class Kind { postgres, redis };

  std::string name;
  Place at;
  Slot slot = 0;  // of its name: a map with `url host port user password name`
  Kind kind = Kind::postgres;
  std::optional<std::string> schema;  // paths, relative to where Peregrine runs
  std::optional<std::string> seed;
  std::optional<Command> prepare;  // runs after these, before services start
  Variables environment;           // of `prepare`
};

// A third party's API, as this system uses it.
struct ProviderUse {
  // Where it posts, unless the service registers a URL itself.
  struct Webhook {
    std::string service;
    std::string path;
  };

  std::string name;
  Place at;
  Slot slot = 0;  // of its name: a map with its `url` and `secrets`
  // Null when it is derived (`from`) or recorded (`record`), which cannot be played yet.
  std::shared_ptr<const ProviderSpec> provider;
  std::optional<Webhook> webhook;
  bool hosts = false;                 // by a private /etc/hosts, for SDKs with fixed hosts
  std::optional<std::string> from;    // the path of an OpenAPI file
  std::optional<std::string> record;  // the URL of the real one
};

// `mail` among the providers: where services send mail to. The play reads what came, and nothing
// goes any further.
struct MailSpec {
  struct Login {
    Template user;
    Template password;
  };

  Place at;
  Slot slot = 0;               // of its name: a map with `url host port user password`
  std::optional<Login> login;  // who has to log in to send; nothing: everybody may
};

// What system.yaml has, and the chosen environment takes away.
struct Lacking {
  std::string what;  // "service", "database", "provider"
  std::string name;
  std::string kind{};  // of a database: "postgres", "redis"

  // Why a step that needs it is not played.
  std::string reason(std::string_view environment) const;
};

struct SystemSpec {
  std::shared_ptr<const Source> source;
  std::string name;
  std::string zone = "UTC";             // where days and months begin
  std::optional<base::WallTime> clock;  // where every service's clock starts; none: real time
  bool clock_is_moved = false;          // it, or a journey that was read with it, has a `clock`
  std::string environment;              // that was chosen; empty: none
  std::vector<std::string> allowed_hosts;
  std::vector<ServiceSpec> services;  // as in the file: a path alone goes to the first
  // Of services: each after those whose names it reads. Of a group, whose members read each other's
  // names, those that run elsewhere come first.
  std::vector<std::vector<size_t>> start_groups;
  std::vector<DatabaseSpec> databases;
  std::vector<ProviderUse> providers;
  std::optional<MailSpec> mail;
  std::vector<LoadSpec> loads;
  std::vector<ActorSpec> actors;
  std::vector<InvariantSpec> invariants;
  std::vector<Lacking> lacking;
  std::vector<NotPlayable> not_playable;
  std::vector<EnvRead> env_reads;  // by its own templates

  // The slots that templates of a system use; `env` is Peregrine's own environment as a map.
  Slot env = 0;
  size_t slots = 0;

  const ServiceSpec* find_service(std::string_view name) const;
  const DatabaseSpec* find_database(std::string_view name) const;
  const ProviderUse* find_provider(std::string_view name) const;
  // Whether the chosen environment took this name away: a step that needs it is skipped.
  const Lacking* find_lacking(std::string_view name) const;
  // Whether a request may go to the host: this machine, and what the user allows.
  bool may_reach(std::string_view host) const;
};

// Whether a host of a URL is the machine that Peregrine runs on.
bool is_on_this_machine(std::string_view host);

}  // namespace peregrine::lang
