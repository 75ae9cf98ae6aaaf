// The cached result of initdb: ${XDG_CACHE_HOME:-~/.cache}/peregrine/postgres-15-0-1/, made once
// per major version, user and format, and copied for each run.
//
//   data/      the data directory, its configuration included
//   password   the superuser's; who may read the image may use the copies
#pragma once

#include <optional>
#include <string>

#include "io/reaper.h"
#include "system/postgres_binaries.h"
#include "system/private_directory.h"

namespace peregrine::system {

inline constexpr const char* kPostgresUser = "peregrine";

// Who the server runs as: `postgres` or `nobody` when this is root, whom it refuses; else nobody
// other than ourselves.
std::optional<io::Identity> postgres_identity();

// Puts a ready data directory at `folder`/data, owned by the server's user, and gives the
// superuser's password. Makes the image first when there is none. Several Peregrines may do so at
// once. Copying blocks this thread, for some 30 ms.
io::Task<base::Result<std::string>> copy_postgres_image(io::Reaper& reaper,
                                                        const PostgresBinaries& binaries,
                                                        const std::string& folder,
                                                        io::Deadline deadline);

}  // namespace peregrine::system
