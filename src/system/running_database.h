// A private database of the system, running: the server, the proxy that services reach it through
// unless they reach the server itself, and Peregrine's own connection, which passes no proxy. A
// file for each kind: running_postgres.h, running_redis.h.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "boundary/crossing.h"
#include "boundary/reach.h"
#include "io/certificate.h"
#include "io/reaper.h"
#include "io/socket.h"
#include "io/tls.h"
#include "lang/system_spec.h"
#include "record/event.h"
#include "system/clock.h"
#include "system/drawn.h"
#include "system/private_directory.h"

namespace peregrine::system {

class RunningDatabase {
 public:
  // What it is started with. All of it outlives the database.
  struct Surroundings {
    io::Loop& loop;
    io::Reaper& reaper;
    const PrivateDirectory& directory;
    const Clock& clock;  // that the server shows
    record::Timeline& timeline;
    boundary::Crossing& crossing;
    std::shared_ptr<const io::TlsContext> tls;  // for services that ask for encryption
    bool observe;  // the timeline is told what services ask; else the proxy passes bytes unread
    bool count_statements = false;  // PostgreSQL counts its statements, if it can
    bool ordered = false;           // as RunningSystem::Options
    // Services reach the server itself, which encrypts by this identity for those who ask; null:
    // they reach it through the proxy.
    const io::TlsIdentity* direct = nullptr;
  };
  // Starts a server of this kind, and fills it as `spec` says; services reach it `at` that address.
  static io::Task<base::Result<std::unique_ptr<RunningDatabase>>> start(
      Surroundings surroundings, const lang::DatabaseSpec& spec, io::Address at,
      io::Deadline deadline);

  RunningDatabase() = default;
  RunningDatabase(const RunningDatabase&) = delete;
  RunningDatabase& operator=(const RunningDatabase&) = delete;
  virtual ~RunningDatabase() = default;

  // What templates read of it: `url host port user password name`.
  virtual base::Map where() const = 0;
  // Of the server's first process; it may have ended.
  virtual pid_t pid() const = 0;
  // Remembers what it holds now, which reset() puts back.
  virtual io::Task<base::Result<>> take_snapshot(io::Deadline deadline) = 0;
  // REQUIRES: a snapshot was taken.
  virtual io::Task<base::Result<>> reset(io::Deadline deadline) = 0;
  // How the server ended, if it no longer runs: "was ended by SIGKILL".
  virtual std::optional<std::string> ended() const = 0;
  virtual io::Task<void> stop(io::Deadline deadline) = 0;

  // ---- For who decides the order of operations; a session is Reach::session.

  // Whether what a session has asked waits for what another holds.
  virtual io::Task<base::Result<bool>> waits(uint64_t session, io::Deadline deadline) = 0;
  // What a session holds, as long as its transaction is open.
  virtual io::Task<base::Result<std::vector<boundary::Touch>>> held(uint64_t session,
                                                                    io::Deadline deadline) = 0;
  // Tells what plays draw from its sequences.
  virtual void add_drawn(Drawn&) const {}
  // What it holds, in parts that can be compared: of each the name and a digest. Values that are
  // drawn from a sequence count as new, whatever they are, and so do texts that are drawn ids.
  virtual io::Task<base::Result<std::map<std::string, std::string>>> parts(
      const Drawn& drawn, io::Deadline deadline) = 0;
  // A digest of all of it but some of those parts: a line for each table or key, with its name.
  virtual io::Task<base::Result<std::string>> digest(const std::set<std::string>& without,
                                                     const Drawn& drawn, io::Deadline deadline) = 0;
};

}  // namespace peregrine::system
