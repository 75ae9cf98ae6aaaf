#include "system/postgres.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "io/certificate.h"
#include "system/loopback.h"
#include "system/postgres_fixture.h"

namespace peregrine::system {
namespace {

using base::Code;
using base::Result;
using io::Loop;
using io::Task;
using net::PostgresConnection;

TEST_F(PostgresTest, WantsAPasswordFromEverybody) {
  std::string url = server_.postgres->url("postgres");
  url.replace(url.find(server_.postgres->password()), server_.postgres->password().size(), "no");
  const auto connection = loop().run(PostgresConnection::connect(loop(), url, loop().in(5s)));
  ASSERT_FALSE(connection);
  EXPECT_NE(connection.error().text.find("password authentication failed"), std::string::npos);
}

TEST_F(PostgresTest, ItsFilesAreOutOfReachOfOthers) {
  struct stat found{};
  const std::string folder = server_.directory->path();
  ASSERT_EQ(stat((folder + "/postgres/data").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
  ASSERT_EQ(stat(folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, geteuid() == 0 ? 0711U : 0700U);
}

Task<Result<>> start_and_stop(Loop& loop, std::string& directory) {
  CO_TRY(Server server, co_await start_server(loop));
  directory = server.directory->path();
  CO_TRY_OK(co_await server.postgres->stop(loop.in(10s)));
  EXPECT_TRUE(server.postgres->process().exited()->ok());
  EXPECT_TRUE(server.postgres->log().to_string().ends_with("database system is shut down"));
  co_return co_await server.reaper->stop(1s);
}

TEST_F(PostgresTest, StopsAndLeavesNothing) {
  std::string directory;
  const auto done = loop().run(start_and_stop(loop(), directory));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_FALSE(std::filesystem::exists(directory));
}

Task<Result<>> start_from(Loop& loop, std::string bin) {
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  CO_TRY(auto reaper, io::Reaper::start(loop, directory.path()));
  CO_TRY(auto server, co_await PrivatePostgres::start(loop, *reaper, directory,
                                                      {"postgres", std::move(bin)}, loop.in(60s)));
  co_return Result<>{};
}

TEST_F(PostgresTest, SaysWhatToInstallWhenThereIsNoServer) {
  const auto done = loop().run(start_from(loop(), "/nowhere"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::not_found);
  EXPECT_NE(done.error().text.find("apt-get install postgresql"), std::string::npos);
}

// A server that listens on a loopback address, with no proxy before it.
struct Direct {
  Server server;
  io::TlsIdentity identity;
  io::Address at;

  std::string url(std::string_view settings) const {
    return server.postgres->url_at(at.host, at.port, "postgres") + std::string(settings);
  }
};

Task<Result<>> start_direct(Loop& loop, Direct& direct) {
  CO_TRY(direct.at.host, own_loopback_address());
  CO_TRY(direct.at.port, free_port());
  CO_TRY(const auto authority, io::CertificateAuthority::make("test"));
  CO_TRY(direct.identity, authority.issue({direct.at.host}));
  CO_TRY(PrivateDirectory directory, PrivateDirectory::create());
  direct.server.directory = std::make_unique<PrivateDirectory>(std::move(directory));
  CO_TRY(direct.server.reaper, io::Reaper::start(loop, direct.server.directory->path()));
  PostgresOptions options;
  options.listen = direct.at;
  options.identity = &direct.identity;
  CO_TRY(direct.server.postgres,
         co_await PrivatePostgres::start(loop, *direct.server.reaper, *direct.server.directory,
                                         std::move(options), loop.in(30s)));
  co_return Result<>{};
}

// What the server says of how somebody comes who connects so.
Task<Result<std::string>> way_in(Loop& loop, std::string url) {
  CO_TRY(PostgresConnection connection,
         co_await PostgresConnection::connect(loop, std::move(url), loop.in(5s)));
  CO_TRY(const net::Rows rows,
         co_await connection.query("select client_addr::text || (select case when ssl then ' tls' "
                                   "else '' end from pg_stat_ssl where pid = pg_backend_pid()) "
                                   "from pg_stat_activity where pid = pg_backend_pid()",
                                   {}, loop.in(5s)));
  co_return rows.cells.at(0).at(0).value_or("a Unix socket");
}

TEST(DirectPostgresTest, IsReachedOnItsAddressAloneAndWantsThePassword) {
  auto loop = *Loop::create();
  {
    Direct direct;
    const auto started = loop->run(start_direct(*loop, direct));
    ASSERT_TRUE(started) << started.error().to_string();
    ASSERT_TRUE(direct.server.postgres->listens());
    const auto way = [&](const std::string& url) {
      const auto found = loop->run(way_in(*loop, url));
      return found ? *found : found.error().to_string();
    };
    EXPECT_EQ(way(direct.url("?sslmode=disable")), "127.0.0.1/32");
    EXPECT_EQ(way(direct.url("?sslmode=require")), "127.0.0.1/32 tls");
    EXPECT_EQ(way(direct.server.postgres->url("postgres")), "a Unix socket");
    std::string stranger = direct.url("?sslmode=disable");
    const std::string& password = direct.server.postgres->password();
    EXPECT_TRUE(way(std::string(stranger).replace(stranger.find(password), password.size(), "no"))
                    .contains("password authentication failed"));
    EXPECT_TRUE(way(std::string(stranger).erase(stranger.find(':' + password), password.size() + 1))
                    .contains("no password supplied"));
    direct.at.host = "127.0.0.1";
    EXPECT_TRUE(way(direct.url("?sslmode=disable")).contains("Connection refused"));
    struct stat found{};
    ASSERT_EQ(stat((direct.server.directory->path() + "/postgres/key.pem").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
  }
  EXPECT_EQ(io::frames::alive(), 0U);
}

TEST(PostgresImageTest, TwoThatMakeItAtOnceDoNotClash) {
  std::string cache = "/tmp/peregrine-test-XXXXXX";
  ASSERT_TRUE(mkdtemp(cache.data()));
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before ? before : "";
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  {
    auto loop = *Loop::create();
    Result<> first;
    Result<> second;
    io::Scope scope(*loop);
    auto run = [](Loop& l, Result<>& out) -> Task<void> { out = co_await start_from(l, ""); };
    scope.spawn(run(*loop, first));
    scope.spawn(run(*loop, second));
    EXPECT_TRUE(loop->run(scope.join(loop->in(120s))));
    EXPECT_TRUE(first) << first.error().to_string();
    EXPECT_TRUE(second) << second.error().to_string();
  }
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(cache + "/peregrine")) {
    ++entries;
  }
  EXPECT_EQ(entries, 1U);
  before ? setenv("XDG_CACHE_HOME", kept.c_str(), 1) : unsetenv("XDG_CACHE_HOME");
  std::filesystem::remove_all(cache);
}

}  // namespace
}  // namespace peregrine::system
