#include "system/postgres_files.h"

#include <fmt/core.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "system/copy_tree.h"
#include "system/postgres_image.h"

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;

namespace {

namespace fs = std::filesystem;

Result<> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return fail(Code::failed, "remove {}: {}", path, error.message());
  return {};
}

// What PostgreSQL does after a crash (ResetUnloggedRelations): a checkpoint does not write unlogged
// tables, so their files are anything; `N_init` is how `N` looks empty. Other files of N go.
Result<> empty_unlogged(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> all;
  for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
    all.push_back(i->path());
  }
  if (error) return fail(Code::failed, "read {}: {}", folder, error.message());
  for (const fs::path& init : all) {
    const std::string name = init.filename();
    if (!name.ends_with("_init")) continue;
    const std::string main = name.substr(0, name.size() - 5);
    for (const fs::path& other : all) {
      const std::string file = other.filename();
      const bool of_main = file == main || file.starts_with(main + ".") ||
                           (file.starts_with(main + "_") && file != name);
      if (of_main) TRY_OK(remove_tree(other));
    }
    TRY_OK(copy_tree(init, folder + "/" + main, postgres_identity()));
  }
  return {};
}

}  // namespace

PostgresFiles::PostgresFiles(const PrivatePostgres& server, std::string database, uint32_t oid)
    : name_(quoted_name(database)),
      oid_(oid),
      folder_(fmt::format("{}/base/{}", server.data_folder(), oid)),
      copy_(fmt::format("{}-{}", server.data_folder(), oid)) {}

Task<Result<>> PostgresFiles::take(net::PostgresConnection& home, Deadline deadline) {
  CO_TRY_OK(remove_tree(copy_));
  CO_TRY_OK(co_await home.script("CHECKPOINT", deadline));
  CO_TRY_OK(copy_tree(folder_, copy_, std::nullopt));
  // PostgreSQL's cache of its own catalogs, made again when it is missing.
  CO_TRY_OK(remove_tree(copy_ + "/pg_internal.init"));
  co_return empty_unlogged(copy_);
}

// The database keeps its oid, so that everything that names it still means it. Nobody can connect
// before the files are there, nor has the server read any of those that it made itself.
Task<Result<>> PostgresFiles::bring_back(net::PostgresConnection& home, Deadline deadline) {
  CO_TRY_OK(co_await home.script(
      fmt::format("CREATE TEMPORARY TABLE IF NOT EXISTS settings (LIKE pg_db_role_setting);\n"
                  "TRUNCATE settings;\n"
                  "INSERT INTO settings SELECT * FROM pg_db_role_setting WHERE setdatabase = {}",
                  oid_),
      deadline));
  CO_TRY_OK(co_await home.script("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)", deadline));
  CO_TRY_OK(co_await home.script(
      fmt::format("CREATE DATABASE {} TEMPLATE template0 STRATEGY file_copy OID {} "
                  "ALLOW_CONNECTIONS false",
                  name_, oid_),
      deadline));
  CO_TRY_OK(put_files());
  co_return co_await home.script(
      fmt::format("INSERT INTO pg_db_role_setting SELECT * FROM settings;\n"
                  "ALTER DATABASE {} ALLOW_CONNECTIONS true",
                  name_),
      deadline);
}

Result<> PostgresFiles::put_files() const {
  TRY_OK(remove_tree(folder_));
  return copy_tree(copy_, folder_, postgres_identity());
}

}  // namespace peregrine::system
