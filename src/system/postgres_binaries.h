// Where the PostgreSQL server's programs are installed.
#pragma once

#include <string>

#include "base/result.h"
#include "io/reaper.h"

namespace peregrine::system {

struct PostgresBinaries {
  std::string folder;   // of initdb and postgres
  std::string version;  // as the server tells it: "15.18"
  std::string major() const { return version.substr(0, version.find_first_of(". ")); }
};

// `wanted`, when not empty; else the newest of /usr/lib/postgresql/*/bin and /usr/pgsql-*/bin, else
// what pg_config says. Code::not_found with what to install when there is none.
io::Task<base::Result<PostgresBinaries>> find_postgres(io::Reaper& reaper, std::string wanted,
                                                       io::Deadline deadline);

}  // namespace peregrine::system
