#include "net/http_server_router.h"

#include <gtest/gtest.h>

namespace peregrine::net {
namespace {

// Which route a request comes to, with its parameters.
class RouterTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [method, pattern] : std::initializer_list<std::pair<const char*, const char*>>{
             {"GET", "/"},
             {"GET", "/users/{id}"},
             {"DELETE", "/users/{id}"},
             {"GET", "/users/me"},
             {"POST", "/users/{id}/cards/{card}"},
             {"GET", "/files/{path*}"},
             {"HEAD", "/users/me"}}) {
      router_.add(method, pattern,
                  [this, name = fmt::format("{} {}", method, pattern)](const HttpRequest& request) {
                    called_ = name;
                    return nothing(request);
                  });
    }
  }

  static io::Task<wire::Response> nothing(const HttpRequest&) { co_return wire::Response{}; }

  std::string find(std::string_view method, std::string_view path) {
    base::Result<Router::Match> match = router_.find(method, path);
    if (!match) return match.error().text;
    if (!match->handler) return match->allow.empty() ? "404" : "405 " + match->allow;
    (void)(*match->handler)(HttpRequest{});
    std::string text = called_;
    for (const auto& [name, value] : match->parameters) text += fmt::format(" {}={}", name, value);
    return text;
  }

  Router router_;
  std::string called_;
};

TEST_F(RouterTest, MatchesLiteralsAndParameters) {
  EXPECT_EQ(find("GET", "/"), "GET /");
  EXPECT_EQ(find("GET", "/users/7"), "GET /users/{id} id=7");
  EXPECT_EQ(find("POST", "/users/7/cards/a"), "POST /users/{id}/cards/{card} id=7 card=a");
  EXPECT_EQ(find("GET", "/users/"), "404");
  EXPECT_EQ(find("GET", "/users"), "404");
  EXPECT_EQ(find("GET", "/users/7/"), "404");
}

TEST_F(RouterTest, DecodesSegmentsAfterSplittingThem) {
  EXPECT_EQ(find("GET", "/users/a%2Fb%20c"), "GET /users/{id} id=a/b c");
  EXPECT_EQ(find("GET", "/users/%6De"), "GET /users/me");
  EXPECT_EQ(find("GET", "/users/%6"),
            "'%' at byte 0 of '%6' is not followed by two hexadecimal digits");
  EXPECT_EQ(find("GET", "users"), "the path 'users' must begin with '/'");
}

TEST_F(RouterTest, ALiteralWinsOverAParameter) {
  EXPECT_EQ(find("GET", "/users/me"), "GET /users/me");
  EXPECT_EQ(find("DELETE", "/users/me"), "DELETE /users/{id} id=me");
}

TEST_F(RouterTest, ARestTakesAllThatFollows) {
  EXPECT_EQ(find("GET", "/files/a/b%2Fc/"), "GET /files/{path*} path=a/b/c/");
  EXPECT_EQ(find("GET", "/files/"), "GET /files/{path*} path=");
  EXPECT_EQ(find("GET", "/files"), "404");
}

TEST_F(RouterTest, HeadComesToItsOwnHandlerOrToThatOfGet) {
  EXPECT_EQ(find("HEAD", "/users/me"), "HEAD /users/me");
  EXPECT_EQ(find("HEAD", "/users/7"), "GET /users/{id} id=7");
}

TEST_F(RouterTest, SaysWhichMethodsAPathKnows) {
  EXPECT_EQ(find("PUT", "/users/7"), "405 GET, HEAD, DELETE");
  EXPECT_EQ(find("PUT", "/users/me"), "405 GET, HEAD, DELETE");
  EXPECT_EQ(find("PUT", "/nowhere"), "404");
}

TEST(RouterPatternTest, SaysWhatIsWrongWithAPattern) {
  const auto error = [](std::string_view pattern) {
    const base::Result<> result = Router::check_pattern(pattern);
    return result ? "" : result.error().text;
  };
  EXPECT_EQ(error("/a/{b}/c/{d*}"), "");
  EXPECT_EQ(error("a"), "the path 'a' must begin with '/'");
  EXPECT_EQ(error("/{a*}/b"), "'{a*}' must be at the end of the path '/{a*}/b'");
  EXPECT_EQ(error("/{a}/{a}"), "the path '/{a}/{a}' has two parameters 'a'");
  EXPECT_EQ(error("/{}"), "a parameter of the path '/{}' has no name");
  EXPECT_EQ(error("/{*}"), "a parameter of the path '/{*}' has no name");
  for (const std::string_view bad : {"/a{b}", "/{b}c", "/{", "/a}", "/{{b}}"}) {
    EXPECT_EQ(error(bad), fmt::format("'{}' in the path '{}' must be a whole '{{name}}' or have no "
                                      "braces",
                                      bad.substr(1), bad));
  }
}

}  // namespace
}  // namespace peregrine::net
