#include "booking/service/patience.h"

#include <gtest/gtest.h>

namespace peregrine::booking {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using wire::Response;

Result<Response> answer(int status) { return Response{.status = status}; }
Result<Response> broken(Code code) { return base::fail(code, "it broke"); }

TEST(Patience, TriesAgainWhatMayPass) {
  for (const Result<Response>& attempt :
       {answer(429), answer(500), answer(503), broken(Code::timeout), broken(Code::closed),
        broken(Code::refused)}) {
    Patience patience;
    EXPECT_EQ(patience.after(attempt), 100ms);
    EXPECT_EQ(patience.after(attempt), 200ms);
    EXPECT_EQ(patience.after(attempt), 400ms);
    EXPECT_EQ(patience.after(attempt), std::nullopt);
    EXPECT_EQ(patience.attempts(), kAttempts);
  }
}

TEST(Patience, TakesAnAnswerForAnAnswer) {
  for (int status : {200, 201, 400, 401, 404, 409, 422}) {
    Patience patience;
    EXPECT_EQ(patience.after(answer(status)), std::nullopt) << status;
    EXPECT_FALSE(patience.unsure());
  }
}

TEST(Patience, IsUnsureOnceSomethingMayHaveHappenedUnseen) {
  for (const Result<Response>& attempt :
       {answer(500), answer(504), broken(Code::timeout), broken(Code::closed)}) {
    Patience patience;
    (void)patience.after(attempt);
    EXPECT_TRUE(patience.unsure());
    (void)patience.after(answer(429));
    EXPECT_TRUE(patience.unsure()) << "what came later says nothing of it";
  }
  Patience patience;
  (void)patience.after(answer(429));
  (void)patience.after(broken(Code::refused));
  EXPECT_FALSE(patience.unsure());
}

TEST(Patience, WaitsAsLongAsItIsAskedTo) {
  const auto pause = [](std::string_view retry_after) {
    Patience patience;
    Response response{.status = 429};
    response.headers.add("Retry-After", retry_after);
    return patience.after(response);
  };
  EXPECT_EQ(pause("1"), 1s);
  EXPECT_EQ(pause("0"), 100ms);
  EXPECT_EQ(pause("3600"), kLongestPause);
  EXPECT_EQ(pause("4294967295"), kLongestPause);
  EXPECT_EQ(pause("Wed, 21 Oct 2026 07:28:00 GMT"), 100ms);
}

}  // namespace
}  // namespace peregrine::booking
