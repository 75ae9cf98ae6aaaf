#include "system/postgres.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <utility>

#include "net/url.h"
#include "system/postgres_binaries.h"
#include "system/postgres_image.h"
#include "system/private_file.h"

namespace peregrine::system {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Reaper;
using io::Task;

namespace {

constexpr auto kBetweenAttempts = 2ms;
constexpr uint16_t kPort = 5432;  // of one that listens nowhere: it names the socket
constexpr size_t kLongestSocketPath = 100;

// The library lies beside the folder of the programs: in `lib` as Debian has it, and what is built
// by PostgreSQL's own defaults; in `lib/postgresql` as others have it.
bool has_statement_counter(const std::string& bin) {
  for (const char* folder : {"/../lib/", "/../lib/postgresql/"}) {
    if (access((bin + folder + "pg_stat_statements.so").c_str(), R_OK) == 0) return true;
  }
  return false;
}

// Whether it was built with OpenSSL: it names the library then, which it is linked with.
bool can_encrypt(const std::string& bin) {
  std::ifstream file(bin + "/postgres", std::ios::binary);
  const std::string program{std::istreambuf_iterator<char>(file), {}};
  return program.contains("libssl.so");
}

// What the server reads and nobody else may.
Result<> write_for_server(const std::string& path, std::string_view text) {
  TRY_OK(write_private_file(path, text));
  const auto owner = postgres_identity();
  if (!owner || chown(path.c_str(), owner->uid, owner->gid) == 0) return {};
  return base::fail_errno(errno, "give away " + path);
}

}  // namespace

std::string quoted_name(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

PrivatePostgres::PrivatePostgres(Loop& loop, std::string folder, uint16_t port,
                                 std::string password)
    : loop_(loop),
      folder_(std::move(folder)),
      port_(port),
      socket_path_(fmt::format("{}/.s.PGSQL.{}", folder_, port)),
      password_(std::move(password)),
      scope_(loop) {}

PrivatePostgres::~PrivatePostgres() = default;

Task<Result<std::unique_ptr<PrivatePostgres>>> PrivatePostgres::start(
    Loop& loop, Reaper& reaper, const PrivateDirectory& directory, PostgresOptions options,
    Deadline deadline) {
  const std::string folder = directory.path() + "/" + options.name;
  CO_TRY(const PostgresBinaries binaries,
         co_await find_postgres(reaper, std::move(options.bin), deadline));
  if (mkdir(folder.c_str(), 0711) != 0) co_return base::fail_errno(errno, "make " + folder);
  if (const auto owner = postgres_identity()) {
    if (chown(folder.c_str(), owner->uid, owner->gid) != 0) {
      co_return base::fail_errno(errno, "give away " + folder);
    }
  }
  CO_TRY(std::string password, co_await copy_postgres_image(reaper, binaries, folder, deadline));
  const uint16_t port = options.listen ? options.listen->port : kPort;
  std::unique_ptr<PrivatePostgres> server(
      new PrivatePostgres(loop, folder, port, std::move(password)));
  if (server->socket_path_.size() > kLongestSocketPath) {
    co_return base::fail(Code::limit, "too long for a Unix socket: {}", server->socket_path_);
  }
  CO_TRY_OK(co_await server->launch(reaper, binaries.folder, options, deadline));
  CO_TRY_OK(co_await server->wait_until_ready(deadline));
  co_return std::move(server);
}

Task<Result<>> PrivatePostgres::launch(Reaper& reaper, std::string bin,
                                       const PostgresOptions& options, Deadline deadline) {
  io::Command command;
  command.argv = {bin + "/postgres", "-D", folder_ + "/data",    "-k",
                  folder_,           "-p", std::to_string(port_)};
  if (options.count_statements && has_statement_counter(bin)) {
    for (const char* word : {"-c", "shared_preload_libraries=pg_stat_statements"}) {
      command.argv.emplace_back(word);
    }
  }
  CO_TRY(const std::vector<std::string> listening, listen(bin, options));
  command.argv.insert(command.argv.end(), listening.begin(), listening.end());
  command.env = {"PATH=" + bin + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + folder_};
  if (options.clock) options.clock->give_to(command.env);
  command.cwd = folder_;
  command.as = postgres_identity();
  CO_TRY(process_, co_await reaper.spawn(std::move(command), deadline));
  scope_.spawn(collect_log());
  co_return Result<>{};
}

// The words that say so to the server. Whoever comes over TCP comes from this machine, and has to
// know the password as everybody has.
Result<std::vector<std::string>> PrivatePostgres::listen(const std::string& bin,
                                                         const PostgresOptions& options) {
  listens_ = options.listen && options.identity && can_encrypt(bin);
  if (!listens_) return std::vector<std::string>{};
  const std::string certificate = folder_ + "/certificate.pem";
  const std::string key = folder_ + "/key.pem";
  TRY_OK(write_for_server(certificate, options.identity->certificate));
  TRY_OK(write_for_server(key, options.identity->key));
  std::ofstream clients(data_folder() + "/pg_hba.conf", std::ios::app);
  clients << "host all all 127.0.0.0/8 scram-sha-256\n";
  clients.close();
  if (!clients) return base::fail(Code::failed, "cannot write pg_hba.conf");
  std::vector<std::string> words;
  for (const std::string& setting :
       {"listen_addresses=" + options.listen->host, std::string("ssl=on"),
        "ssl_cert_file=" + certificate, "ssl_key_file=" + key}) {
    words.emplace_back("-c");
    words.push_back(setting);
  }
  return words;
}

Task<void> PrivatePostgres::collect_log() {
  for (;;) {
    auto line = co_await process_->output().line(Deadline::never());
    if (!line || !*line) co_return;
    log_.add(**std::move(line));
  }
}

Task<Result<>> PrivatePostgres::wait_until_ready(Deadline deadline) {
  for (;;) {
    Result<net::PostgresConnection> connected = co_await connect("postgres", deadline);
    if (connected) co_return Result<>{};
    if (process_->exited()) {
      co_return base::fail(Code::failed, "PostgreSQL {}{}", process_->exited()->to_string(),
                           log_.to_string());
    }
    CO_TRY_OK(co_await loop_.sleep(kBetweenAttempts));
    if (loop_.now() >= deadline.at) {
      co_return base::because(connected.error(), "PostgreSQL does not get ready");
    }
  }
}

std::string PrivatePostgres::user() { return kPostgresUser; }

std::string PrivatePostgres::url(std::string_view database) const {
  return fmt::format("postgresql://{}:{}@/{}?host={}&port={}", kPostgresUser, password_,
                     net::percent_encode(database), net::percent_encode(folder_), port_);
}

std::string PrivatePostgres::url_at(std::string_view host, uint16_t port,
                                    std::string_view database) const {
  return fmt::format("postgresql://{}:{}@{}:{}/{}", kPostgresUser, password_, host, port,
                     net::percent_encode(database));
}

Task<Result<net::PostgresConnection>> PrivatePostgres::connect(std::string database,
                                                               Deadline deadline) {
  const std::string name = fmt::format("&application_name={}", kApplication);
  CO_TRY(net::PostgresConnection connection,
         co_await net::PostgresConnection::connect(loop_, url(database) + name, deadline));
  // Ours are not counted among the services' statements; without that library it means nothing.
  CO_TRY_OK(co_await connection.script("SET pg_stat_statements.track = 'none'", deadline));
  co_return connection;
}

Task<Result<>> PrivatePostgres::create_database(std::string name, Deadline deadline) {
  CO_TRY(net::PostgresConnection connection, co_await connect("postgres", deadline));
  std::vector<net::Cell> params{name};
  CO_TRY(const net::Rows found,
         co_await connection.query("SELECT FROM pg_database WHERE datname = $1", std::move(params),
                                   deadline));
  if (!found.cells.empty()) co_return Result<>{};
  co_return co_await connection.script("CREATE DATABASE " + quoted_name(name), deadline);
}

Task<Result<>> PrivatePostgres::stop(Deadline deadline) {
  CO_TRY_OK(process_->kill(SIGINT));
  CO_TRY(const io::ExitStatus status, co_await process_->wait(deadline));
  if (!status.ok()) {
    co_return base::fail(Code::failed, "PostgreSQL {}{}", status.to_string(), log_.to_string());
  }
  co_return Result<>{};
}

}  // namespace peregrine::system
