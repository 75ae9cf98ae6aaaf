// A private PostgreSQL server for one run, from the installed server binaries; never the user's
// own. The data directory is a copy of a cached initdb image, so the server is up in well under a
// second. It listens on a Unix socket, on a loopback address too where that is said, wants a
// password from everybody, and does not fsync: it survives a killed process, not a power cut.
//
// One thread: the loop's, which outlives the server, as the reaper and the directory do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/certificate.h"
#include "io/reaper.h"
#include "io/socket.h"
#include "net/postgres.h"
#include "system/clock.h"
#include "system/last_lines.h"
#include "system/private_directory.h"

namespace peregrine::system {

struct PostgresOptions {
  std::string name = "postgres";  // of its folder in the private directory
  std::string bin;                // folder of the server binaries; empty: found
  const Clock* clock = nullptr;   // that the server shows; null: the machine's. Outlives the start
  // Loads pg_stat_statements, where it is installed. Measured with pgbench -S: about 3 µs of
  // processor time for each statement, beside 32 of PostgreSQL for such a cheap one.
  bool count_statements = false;
  // Where it listens beside its Unix socket, for services without a proxy between; empty: nowhere.
  // Clients that ask for encryption get it, by this identity, which outlives the start.
  std::optional<io::Address> listen{};
  const io::TlsIdentity* identity = nullptr;
};

// An identifier of SQL, whatever is in it.
std::string quoted_name(std::string_view name);

class PrivatePostgres {
 public:
  // Gives a server that answers. Fails with Code::not_found, which says what to install; failed,
  // with the end of its log; as the last attempt to connect did when the deadline has passed.
  static io::Task<base::Result<std::unique_ptr<PrivatePostgres>>> start(
      io::Loop& loop, io::Reaper& reaper, const PrivateDirectory& directory,
      PostgresOptions options, io::Deadline deadline);
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;
  // Kills the server if it still runs.
  ~PrivatePostgres();

  // For Peregrine itself: straight to the server, as its superuser.
  std::string url(std::string_view database) const;
  // For a service: by way of the server itself or a proxy, whichever listens there.
  std::string url_at(std::string_view host, uint16_t port, std::string_view database) const;
  std::string data_folder() const { return folder_ + "/data"; }
  const std::string& socket_path() const { return socket_path_; }
  static std::string user();
  const std::string& password() const { return password_; }
  // Whether it does where options said so. Not if it was built without OpenSSL: it would refuse
  // clients that insist on encryption.
  bool listens() const { return listens_; }

  // Such a connection says in pg_stat_activity that it is kApplication, and statements that come by
  // it are not counted by pg_stat_statements.
  static constexpr std::string_view kApplication = "peregrine";
  io::Task<base::Result<net::PostgresConnection>> connect(std::string database,
                                                          io::Deadline deadline);
  // Does nothing when there is one of this name.
  io::Task<base::Result<>> create_database(std::string name, io::Deadline deadline);
  // Fast shutdown: sessions are ended, what was committed is written.
  io::Task<base::Result<>> stop(io::Deadline deadline);

  io::Child& process() { return *process_; }
  const LastLines& log() const { return log_; }

 private:
  PrivatePostgres(io::Loop& loop, std::string folder, uint16_t port, std::string password);
  base::Result<std::vector<std::string>> listen(const std::string& bin,
                                                const PostgresOptions& options);
  io::Task<base::Result<>> launch(io::Reaper& reaper, std::string bin,
                                  const PostgresOptions& options, io::Deadline deadline);
  io::Task<base::Result<>> wait_until_ready(io::Deadline deadline);
  io::Task<void> collect_log();

  io::Loop& loop_;
  std::string folder_;
  uint16_t port_;  // names the socket, too
  std::string socket_path_;
  std::string password_;
  bool listens_ = false;
  LastLines log_;
  std::unique_ptr<io::Child> process_;
  io::Scope scope_;
};

}  // namespace peregrine::system
