// The system under test and what surrounds it, running: started in the order of its dependencies,
// wired to each other through the boundaries, put back between plays, ended as a whole.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "boundary/crossing.h"
#include "io/mutex.h"
#include "io/reaper.h"
#include "io/scope.h"
#include "lang/system_spec.h"
#include "net/postgres.h"
#include "record/event.h"
#include "system/browser.h"
#include "system/clock.h"
#include "system/endpoints.h"
#include "system/external_program.h"
#include "system/private_directory.h"
#include "system/running_database.h"
#include "system/running_mail.h"
#include "system/running_providers.h"
#include "system/service.h"
#include "system/statement_times.h"
#include "system/wiring.h"

namespace peregrine::system {

class RunningSystem {
 public:
  struct Options {
    uint64_t seed = 0;              // of what providers draw
    boundary::Fits fits = nullptr;  // required where the system has providers
    bool observe = true;            // the timeline is told what services ask of databases
    bool count_statements = false;  // databases count them, as far as they can
    bool ordered = false;  // a director will want to know what operations reach, and who waits
    // Services reach databases without a proxy. REQUIRES: nothing observes, nobody directs.
    bool direct = false;
  };
  // `spec` and `timeline` outlive it. Forks the reaper, so it comes before any thread. Whatever
  // fails, nothing is left running. REQUIRES: `spec` has nothing that cannot be played.
  static io::Task<base::Result<std::unique_ptr<RunningSystem>>> start(io::Loop& loop,
                                                                      const lang::SystemSpec& spec,
                                                                      record::Timeline& timeline,
                                                                      Options options,
                                                                      io::Deadline deadline);
  RunningSystem(const RunningSystem&) = delete;
  RunningSystem& operator=(const RunningSystem&) = delete;
  // Kills what stop() has not ended.
  ~RunningSystem();

  // Every database is again what it was when the services had started, the clock is where it
  // starts (`start`, or where the system says), and services with `restart: each` have started
  // anew. Comes before each play. REQUIRES: the spec says that the clock is moved, for a `start`.
  io::Task<base::Result<>> reset(io::Deadline deadline,
                                 std::optional<base::WallTime> start = std::nullopt);
  // The ordinary end.
  io::Task<void> stop();

  const lang::SystemSpec& spec() const { return spec_; }
  const std::string& directory() const { return directory_.path(); }
  // What is where: services, databases, third parties, mail, each with its URL.
  std::vector<std::pair<std::string, std::string>> places() const;
  // The time of day of all that runs here. It can be moved when the spec says so.
  Clock& clock() { return clock_; }
  const Clock& clock() const { return clock_; }
  // Where a trial's director stands: what services ask of databases, third parties and mail.
  boundary::Crossing& crossing() { return crossing_; }
  // What a play needs of it that only asks services.
  const Endpoints& endpoints() const { return endpoints_; }
  // Where a service answers. REQUIRES: the system has it.
  const net::Origin& origin(std::string_view service) const { return endpoints_.origin(service); }
  // A third party of the system. REQUIRES: the system has it.
  boundary::Provider& provider(std::string_view name) const;
  // Peregrine's own query, which passes no proxy. Queries to one database wait for each other.
  io::Task<base::Result<net::Rows>> query(std::string database, std::string sql,
                                          std::vector<net::Cell> parameters, io::Deadline deadline);
  // The same, where it is not counted as what services ask: RunningPostgres::query_beside.
  io::Task<base::Result<net::Rows>> query_beside(std::string database, std::string sql,
                                                 io::Deadline deadline);
  // What passed the proxy of a PostgreSQL, if it observes. REQUIRES: the system has it.
  StatementTimes& statement_times(std::string_view database) const;
  // Peregrine's own command, which passes no proxy.
  io::Task<base::Result<base::Value>> command(std::string redis, std::vector<std::string> words,
                                              io::Deadline deadline);
  // Tells a program where services, databases, third parties and mail are: Wiring::add_places.
  void add_places(std::vector<std::string>& environment) const { wiring_.add_places(environment); }
  // A program of the user's, beside the services, which shows the same clock.
  io::Task<base::Result<ProgramResult>> execute(io::Command command, std::string input,
                                                io::Deadline deadline);
  // Its browser, which starts when it is asked for first, and again for a page that is opened when
  // it has ended; it shows the same clock. Fails as Browser::start() does.
  io::Task<base::Result<std::shared_ptr<Browser>>> browser(io::Deadline deadline);
  // What PostgreSQL said to the last query there, when it refused it. Valid until the next.
  const net::PostgresError* refusal(std::string_view database) const;
  // What services have sent since the last reset, oldest first. Valid until the loop goes on.
  // REQUIRES: the system takes mail.
  const std::deque<boundary::Mail>& mails() const;
  // What runs here, services first; each with what it has started is a tree.
  struct RunningProcess {
    std::string name;
    std::string kind;  // "service", "postgres", "redis"
    pid_t pid;
  };
  std::vector<RunningProcess> processes() const;
  // What a third party was asked. REQUIRES: the system has it.
  const ProviderTraffic& traffic(std::string_view provider) const;
  // Whether a service computes, or waits for a processor to; or a program that is executed.
  bool computes() const;
  // Null for what is none.
  RunningDatabase* find_database(std::string_view name) const;
  // What databases hold, what third parties do, and the mail that was sent, to be compared between
  // plays. REQUIRES: Options::ordered.
  struct Contents {
    std::string digest;  // of all but some parts: on lines, each with the name of what it is of
    std::map<std::string, std::string> parts;  // by name, if they are asked for
  };
  io::Task<base::Result<Contents>> contents(const std::set<std::string>& without, bool with_parts,
                                            io::Deadline deadline);
  // What third parties draw until the next reset is other than in other plays.
  void change_luck() { providers_.change_luck(); }
  // Why the first service or database that no longer runs does not.
  std::optional<std::string> fallen() const;

 private:
  RunningSystem(io::Loop& loop, const lang::SystemSpec& spec, record::Timeline& timeline,
                PrivateDirectory directory);
  io::Task<base::Result<>> start_all(Options options, io::Deadline deadline);
  base::Result<> start_providers(Options options);
  io::Task<base::Result<std::string>> run_for_provider(std::vector<std::string> words,
                                                       std::string folder, std::string input,
                                                       io::Deadline deadline);
  void set_clock(std::optional<base::WallTime> start);
  io::Task<void> fall_quiet(io::Deadline deadline);
  base::Result<> start_mail();
  io::Task<base::Result<>> start_databases(io::Deadline deadline);
  io::Task<void> start_database(RunningDatabase::Surroundings surroundings,
                                const lang::DatabaseSpec& spec, io::Address at,
                                io::Deadline deadline, std::optional<base::Error>& first);
  io::Task<base::Result<>> prepare_databases(io::Deadline deadline);
  io::Task<base::Result<>> start_services(bool again, io::Deadline deadline);
  // REQUIRES: the system has a database of this name and kind.
  template <class Database>
  Database& database(std::string_view name) const;
  base::Result<> place_services();
  base::Result<> place_elsewhere(const lang::ServiceSpec& spec);
  // Those of a group start side by side.
  io::Task<base::Result<>> start_group(const std::vector<size_t>& group, bool again,
                                       io::Deadline deadline);
  struct Failed {
    const lang::ServiceSpec* service;
    base::Error why;
  };
  io::Task<void> start_member(const lang::ServiceSpec& spec, io::Deadline deadline,
                              io::Scope& group, std::optional<Failed>& first);
  io::Task<base::Result<>> start_service(const lang::ServiceSpec& spec, io::Deadline deadline);

  io::Loop& loop_;
  const lang::SystemSpec& spec_;
  record::Timeline& timeline_;
  PrivateDirectory directory_;
  std::unique_ptr<io::Reaper> reaper_;
  std::string host_;  // a loopback address of its own, so that its ports clash with nobody's
  Clock clock_;
  Wiring wiring_;
  boundary::Crossing crossing_;
  RunningProviders providers_;
  std::map<std::string, std::unique_ptr<RunningDatabase>, std::less<>> databases_;
  std::unique_ptr<RunningMail> mail_;  // null where the system takes none
  Origins origins_;
  const Endpoints endpoints_{spec_, origins_, wiring_, clock_};
  std::map<std::string, std::unique_ptr<Service>, std::less<>> services_;  // that run here
  io::Mutex browser_starts_{loop_};
  std::shared_ptr<Browser> browser_;  // null until somebody looks at a page
  std::list<pid_t> executed_;         // programs that run; 0: it is being started
  bool observe_ = true;               // Options::observe
  bool count_statements_ = false;     // Options::count_statements
  bool ordered_ = false;              // Options::ordered
  bool direct_ = false;               // Options::direct
  bool untouched_ = true;             // no play has been since the services started
};

}  // namespace peregrine::system
