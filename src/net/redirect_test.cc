#include "net/redirect.h"

#include <gtest/gtest.h>

namespace peregrine::net {
namespace {

using base::Code;
using base::Result;
using wire::Request;
using wire::Response;

Url url(std::string_view text) { return *parse_url(text); }

Response answer(int status, std::string_view location) {
  return {.status = status, .headers = {{"Location", location}}};
}

// "GET https://x/y" and the headers that are left, with the body; or the error.
std::string next(std::string_view from, Request sent, const Response& response) {
  RedirectChain chain(url(from));
  Result<std::optional<Redirect>> step = chain.next(std::move(sent), response);
  if (!step) return step.error().to_string();
  if (!*step) return "none";
  const Redirect& to = **step;
  EXPECT_EQ(to.request.target, to.url.target());
  std::string out = to.request.method + " " + to.url.to_string();
  for (const wire::Header& header : to.request.headers) out += fmt::format(" {}", header.name);
  if (!to.request.body.empty()) out += " " + to.request.body;
  if (to.method_changed) out += ", another method";
  if (to.leaves_origin) out += ", another origin";
  if (to.leaves_https) out += ", no longer secret";
  return out;
}

Request post() {
  return {"POST", "/a", {{"Host", "x"}, {"Content-Type", "text/plain"}, {"X", "1"}}, "body"};
}

TEST(Redirect, TheStatusDecidesAboutTheMethod) {
  for (const int status : {301, 302, 303}) {
    EXPECT_EQ(next("http://x/a", post(), answer(status, "/b")), "GET http://x/b X, another method");
  }
  for (const int status : {307, 308}) {
    EXPECT_EQ(next("http://x/a", post(), answer(status, "/b")),
              "POST http://x/b Content-Type X body");
  }
  EXPECT_EQ(next("http://x/a", {"PUT", "/a"}, answer(302, "/b")), "PUT http://x/b");
  EXPECT_EQ(next("http://x/a", {"PUT", "/a"}, answer(303, "/b")), "GET http://x/b, another method");
  EXPECT_EQ(next("http://x/a", {"HEAD", "/a"}, answer(303, "/b")), "HEAD http://x/b");
  EXPECT_EQ(next("http://x/a", {"GET", "/a"}, answer(301, "/b")), "GET http://x/b");
}

TEST(Redirect, OtherAnswersAreForTheCaller) {
  for (const int status : {200, 201, 300, 304, 305, 306, 404}) {
    EXPECT_EQ(next("http://x/a", {}, answer(status, "/b")), "none") << status;
  }
  EXPECT_EQ(next("http://x/a", {}, {.status = 302}), "none");
}

TEST(Redirect, AnotherOriginIsGivenNoSecrets) {
  const Request secret{
      "GET",
      "/a",
      {{"Authorization", "1"}, {"Cookie", "2"}, {"Proxy-Authorization", "3"}, {"X", ""}}};
  EXPECT_EQ(next("http://x/a", secret, answer(302, "b?c=1")),
            "GET http://x/b?c=1 Authorization Cookie Proxy-Authorization X");
  EXPECT_EQ(next("http://x/a", secret, answer(302, "http://X:80/")),
            "GET http://x/ Authorization Cookie Proxy-Authorization X");
  EXPECT_EQ(next("http://x/a", secret, answer(302, "//y/")), "GET http://y/ X, another origin");
  EXPECT_EQ(next("http://x/a", secret, answer(302, "http://x:81/")),
            "GET http://x:81/ X, another origin");
  EXPECT_EQ(next("https://x/a", secret, answer(302, "http://x/")),
            "GET http://x/ X, another origin, no longer secret");
}

TEST(Redirect, ALocationIsTakenAsBrowsersTakeIt) {
  EXPECT_EQ(next("http://x/a/b", {}, answer(302, " ../é c#d ")), "GET http://x/%C3%A9%20c");
  EXPECT_EQ(next("http://x/a/b", {}, answer(302, "")), "GET http://x/a/b");
  EXPECT_EQ(
      next("http://x/a", {}, answer(302, "mailto:me")),
      "http://x/a answers 302 with a Location that cannot be followed: 'mailto:me' must begin "
      "with http:// or https://");
  EXPECT_NE(next("http://x/a", {}, answer(302, std::string(10'000, 'b'))).find("8192"),
            std::string::npos);
}

// Follows answers that always say the next of `locations`, in a circle.
std::string follow(std::vector<std::string> locations, size_t most) {
  RedirectChain chain(url("http://x/a"), most);
  for (size_t i = 0;; ++i) {
    auto step = chain.next({}, answer(302, locations[i % locations.size()]));
    if (!step) {
      EXPECT_EQ(i, most);
      EXPECT_EQ(step.error().code, Code::limit);
      return step.error().text;
    }
  }
}

TEST(Redirect, AChainThatIsTooLongOrGoesRoundIsToldApart) {
  EXPECT_EQ(follow({"/b", "/c", "/a"}, 5),
            "the redirects of http://x/a go round: http://x/a to http://x/b to http://x/c to "
            "http://x/a (5 were followed)");
  EXPECT_EQ(follow({"/a"}, kMaxRedirects),
            "the redirects of http://x/a go round: http://x/a to http://x/a (10 were followed)");
  EXPECT_EQ(follow({"/b", "/c", "/d"}, 2),
            "http://x/a was redirected 2 times, and would go on to http://x/d");
}

TEST(Redirect, TheWayIsKept) {
  RedirectChain chain(url("http://x/a"));
  ASSERT_TRUE(chain.next({}, answer(302, "/b")));
  ASSERT_TRUE(chain.next({}, answer(302, "c")));
  ASSERT_EQ(chain.visited().size(), 3U);
  EXPECT_EQ(chain.visited()[2].to_string(), "http://x/c");
}

}  // namespace
}  // namespace peregrine::net
