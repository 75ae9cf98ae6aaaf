#include "net/fetch.h"

#include <gtest/gtest.h>

#include "net/connector_fixture.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Result;
using io::Task;
using wire::Request;
using wire::Response;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// "hello, hello, hello".
std::string gzipped() {
  return from_hex("1f8b0800000000000003cb48cdc9c9d751c840a2009fa1ca0913000000");
}

class FetchTest : public testing::Test {
 protected:
  Router routes() {
    Router router;
    for (const char* method : {"GET", "POST", "HEAD"}) {
      router.add(method, "/{path*}",
                 [this](const HttpRequest& request) { return answer(request); });
    }
    return router;
  }
  // Writes down who was asked what, and answers what the test has put under the path.
  Task<Response> answer(const HttpRequest& request) {
    const wire::Headers& headers = request.message.headers;
    asked_ += fmt::format("{} {}{}", request.message.method, headers.get("Host"), request.path);
    if (const auto cookie = headers.find("Cookie")) asked_ += fmt::format(" [{}]", *cookie);
    if (!request.message.body.empty()) asked_ += " " + request.message.body;
    asked_ += "; ";
    accepted_ = headers.get("Accept-Encoding");
    const auto found = answers_.find(fmt::format("{}{}", headers.get("Host"), request.path));
    co_return found == answers_.end() ? Response{.body = "end"} : found->second;
  }
  static Task<Result<Fetched>> run(io::Loop& loop, HttpClient& client, Url url, Request request,
                                   FetchOptions options) {
    co_return co_await fetch(client, std::move(url), std::move(request), options, loop.in(5s));
  }
  // The last URL and body, or the error.
  std::string fetched(std::string_view url, Request request = {}, FetchOptions options = {}) {
    asked_.clear();
    Result<Fetched> result =
        loop_->run(run(*loop_, client_, *parse_url(url), std::move(request), options));
    if (!result) return result.error().to_string();
    last_ = *std::move(result);
    return last_.url.to_string() + " " + last_.response.body;
  }
  static Response redirect(std::string_view to, std::string_view cookie = "") {
    Response response{.status = 302, .headers = {{"Location", to}}};
    if (!cookie.empty()) response.headers.add("Set-Cookie", cookie);
    return response;
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  std::map<std::string, Response> answers_;
  std::string asked_;
  std::string accepted_;
  Fetched last_;
  CookieJar jar_;
  HttpServer server_{*loop_, routes()};
  Everywhere connector_{*loop_, server_};
  HttpClient client_{*loop_, connector_};
};

TEST_F(FetchTest, DecodesWhatItSaidItAccepts) {
  answers_["a/"] = {.headers = {{"Content-Encoding", "gzip"}}, .body = gzipped()};
  EXPECT_EQ(fetched("http://a/"), "http://a/ hello, hello, hello");
  EXPECT_EQ(accepted_, wire::kAcceptEncoding);
  EXPECT_EQ(last_.decoded, std::vector{wire::Coding::gzip});
  EXPECT_EQ(last_.response.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(fetched("http://a/", {.headers = {{"Accept-Encoding", "x"}}}),
            "http://a/ hello, hello, hello");
  EXPECT_EQ(accepted_, "x");
  EXPECT_EQ(fetched("http://a/", {}, {.decode = false}), "http://a/ " + gzipped());
  EXPECT_EQ(accepted_, "");
}

TEST_F(FetchTest, CodingsOfSeveralFieldsAreLayers) {
  answers_["a/"] = {.headers = {{"Content-Encoding", "gzip"}, {"content-encoding", "identity"}},
                    .body = gzipped()};
  EXPECT_EQ(fetched("http://a/"), "http://a/ hello, hello, hello");
  answers_["a/"] = {.headers = {{"Content-Encoding", "gzip"}, {"Content-Encoding", "aes"}},
                    .body = "x"};
  EXPECT_EQ(fetched("http://a/"), "http://a/ x");
  EXPECT_TRUE(last_.decoded.empty());
}

TEST_F(FetchTest, ABodyThatCannotBeDecodedSaysWhose) {
  answers_["a/"] = {.headers = {{"Content-Encoding", "br"}}, .body = gzipped().substr(0, 3)};
  EXPECT_EQ(fetched("http://a/").find("the answer of http://a/ cannot be decoded: the br of the"),
            0U);
  answers_["a/"].headers.set("Content-Encoding", "gzip");
  answers_["a/"].body = gzipped();
  EXPECT_EQ(fetched("http://a/", {}, {.decoded = {.decoded = 10}}),
            "the answer of http://a/ cannot be decoded: the gzip of the body becomes more than 10 "
            "bytes");
  EXPECT_EQ(fetched("http://a/", {"HEAD"}), "http://a/ ");
}

TEST_F(FetchTest, FollowsOnlyWhenAsked) {
  answers_["a/"] = redirect("/b");
  EXPECT_EQ(fetched("http://a/"), "http://a/ ");
  EXPECT_EQ(last_.response.status, 302);
  EXPECT_EQ(fetched("http://a/", {}, {.follow = true}), "http://a/b end");
  ASSERT_EQ(last_.hops.size(), 1U);
  EXPECT_EQ(last_.hops[0].from.to_string(), "http://a/");
  EXPECT_EQ(last_.hops[0].to.to_string(), "http://a/b");
  EXPECT_EQ(last_.hops[0].status, 302);
}

TEST_F(FetchTest, SendsTheBodyAgainWhereTheRedirectSaysSo) {
  answers_["a/"] = redirect("http://b/");
  answers_["a/"].status = 307;
  EXPECT_EQ(fetched("http://a/", {"POST", "/", {}, "body"}, {.follow = true}), "http://b/ end");
  EXPECT_EQ(asked_, "POST a/ body; POST b/ body; ");
  answers_["a/"].status = 303;
  fetched("http://a/", {"POST", "/", {}, "body"}, {.follow = true});
  EXPECT_EQ(asked_, "POST a/ body; GET b/; ");
}

TEST_F(FetchTest, CookiesAreKeptAndSentOnEachHop) {
  answers_["a/"] = redirect("http://b/", "x=1");
  answers_["b/"] = redirect("http://a/end", "y=2");
  EXPECT_EQ(fetched("http://a/", {}, {.follow = true, .jar = &jar_}), "http://a/end end");
  EXPECT_EQ(asked_, "GET a/; GET b/; GET a/end [x=1]; ");
  EXPECT_EQ(fetched("http://b/end", {}, {.jar = &jar_}), "http://b/end end");
  EXPECT_EQ(asked_, "GET b/end [y=2]; ");
}

TEST_F(FetchTest, ACookieOfAnotherPathIsNotCarriedOn) {
  answers_["a/x/1"] = redirect("/x/2", "x=1");
  answers_["a/x/2"] = redirect("/y");
  fetched("http://a/x/1", {}, {.follow = true, .jar = &jar_});
  EXPECT_EQ(asked_, "GET a/x/1; GET a/x/2 [x=1]; GET a/y; ");
}

TEST_F(FetchTest, TheCallersOwnCookieStaysWithItsOrigin) {
  jar_.take_one(*parse_url("http://b/"), "y=2", base::wall_now());
  answers_["a/"] = redirect("/2", "x=1");
  answers_["a/2"] = redirect("http://b/");
  const Request own{.headers = {{"Cookie", "own=1"}}};
  fetched("http://a/", own, {.follow = true, .jar = &jar_});
  EXPECT_EQ(asked_, "GET a/ [own=1]; GET a/2 [own=1]; GET b/ [y=2]; ");
}

TEST_F(FetchTest, TellsWhichCookiesWereNotKept) {
  answers_["a.test/"] = {.headers = {{"Set-Cookie", "x=1; Domain=b.test"}}};
  fetched("http://a.test/", {}, {.jar = &jar_});
  ASSERT_EQ(last_.cookies_not_kept.size(), 1U);
  EXPECT_EQ(last_.cookies_not_kept[0].text, "a.test cannot set the cookie x for b.test");
}

TEST_F(FetchTest, ACircleEnds) {
  answers_["a/"] = redirect("/");
  EXPECT_EQ(fetched("http://a/", {}, {.follow = true, .redirects = 2}),
            "the redirects of http://a/ go round: http://a/ to http://a/ (2 were followed)");
  EXPECT_EQ(asked_, "GET a/; GET a/; GET a/; ");
}

}  // namespace
}  // namespace peregrine::net
