#include "wire/websocket_handshake.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "wire/http1.h"

namespace peregrine::wire::websocket {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

Request handshake(const Wish& wish = {}) {
  Request request;
  request.headers.add("Host", "x");
  add_handshake(request, kKey, wish);
  return request;
}

std::string error_of(const base::Result<Answer>& answer) {
  return answer ? "fine" : answer.error().text;
}
std::string error_of(const base::Result<Agreement>& agreement) {
  return agreement ? "fine" : agreement.error().text;
}

// RFC 6455 section 1.3.
TEST(WebsocketHandshakeTest, AcceptsTheKeyOfTheRfc) {
  EXPECT_EQ(accept_value(kKey), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebsocketHandshakeTest, MakesKeysOfSixteenBytes) {
  base::Random random(1);
  const std::string key = make_key(random);
  EXPECT_EQ(base::base64_decoded(key).value_or("").size(), 16U);
  EXPECT_NE(make_key(random), key);
}

TEST(WebsocketHandshakeTest, BothSidesAgree) {
  const Wish client{.protocols = {"b", "a"}, .deflate = Deflate{.client_max_window_bits = 12}};
  const Wish server{.protocols = {"a", "b"},
                    .deflate = Deflate{.server_no_context_takeover = true}};
  const auto answer = answer_handshake(handshake(client), server);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->agreement.protocol, "b");
  std::string bytes;
  ASSERT_TRUE(http1::append(bytes, answer->response));
  http1::ResponseParser parser;
  ASSERT_TRUE(parser.feed(bytes));
  ASSERT_TRUE(parser.done());
  const auto agreed = check_answer(parser.take(), kKey, client);
  ASSERT_TRUE(agreed) << agreed.error().text;
  EXPECT_EQ(*agreed, answer->agreement);
  EXPECT_EQ(agreed->deflate,
            (Deflate{.server_no_context_takeover = true, .client_max_window_bits = 12}));
}

TEST(WebsocketHandshakeTest, TheServerRefusesWhatIsNoHandshake) {
  Request request = handshake();
  EXPECT_EQ(error_of(answer_handshake(request, {})), "fine");
  EXPECT_FALSE(is_handshake(Request{}));
  request.headers.set("Sec-WebSocket-Version", "8");
  const auto old = answer_handshake(request, {});
  EXPECT_EQ(error_of(old), "the WebSocket version is '8'; 13 is spoken here");
  EXPECT_EQ(refusal(old.error()).status, 426);
  EXPECT_EQ(refusal(old.error()).headers.get("Sec-WebSocket-Version"), "13");
  request = handshake();
  request.headers.set("Sec-WebSocket-Key", "c2hvcnQ=");
  EXPECT_EQ(error_of(answer_handshake(request, {})),
            "Sec-WebSocket-Key is 'c2hvcnQ='; it must be 16 bytes in base64");
  EXPECT_EQ(refusal(answer_handshake(request, {}).error()).status, 400);
  request = handshake();
  request.headers.add("Sec-WebSocket-Key", std::string(kKey));
  EXPECT_EQ(error_of(answer_handshake(request, {})),
            "there are 2 headers Sec-WebSocket-Key; one is needed");
  request = handshake();
  request.method = "POST";
  EXPECT_NE(error_of(answer_handshake(request, {})), "fine");
  request = handshake();
  request.headers.add("Sec-WebSocket-Protocol", "a b");
  EXPECT_EQ(error_of(answer_handshake(request, {})),
            "Sec-WebSocket-Protocol 'a b' is not a list of names");
}

TEST(WebsocketHandshakeTest, TheClientRefusesWhatItDidNotAskFor) {
  const auto answer = answer_handshake(handshake(), {});
  ASSERT_TRUE(answer);
  const Response good = answer->response;
  EXPECT_EQ(error_of(check_answer(good, kKey, {})), "fine");
  EXPECT_EQ(error_of(check_answer(Response{.status = 404}, kKey, {})),
            "the server answers the WebSocket handshake with 404, not with 101");
  EXPECT_NE(error_of(check_answer(good, "AAAAAAAAAAAAAAAAAAAAAA==", {})), "fine");
  const auto with = [&](std::string name, std::string value) {
    Response changed = good;
    changed.headers.set(std::move(name), std::move(value));
    return error_of(check_answer(changed, kKey, {}));
  };
  EXPECT_EQ(with("Upgrade", "h2c"), "the server upgrades to 'h2c', not to websocket");
  EXPECT_EQ(with("Connection", "close"), "the server's answer has no 'Connection: Upgrade'");
  EXPECT_EQ(with("Sec-WebSocket-Protocol", "chat"),
            "the server chose the protocol 'chat', which was not offered");
  EXPECT_EQ(with("Sec-WebSocket-Extensions", "permessage-deflate"),
            "the server answers with the extensions 'permessage-deflate', which were not offered");
}

// ---- permessage-deflate, RFC 7692 section 7.1

std::string answered(std::string_view offers, const Deflate& wish = {}) {
  const auto answer = answer_offers(offers, wish);
  if (!answer) return answer.error().text;
  return *answer ? (*answer)->header : "none";
}

TEST(WebsocketDeflateTest, AnswersTheFirstOfferThatItCanFollow) {
  EXPECT_EQ(answered(""), "none");
  EXPECT_EQ(answered("x-other; a=b, permessage-deflate"), "permessage-deflate");
  EXPECT_EQ(answered("permessage-deflate; client_max_window_bits; server_max_window_bits=10"),
            "permessage-deflate; server_max_window_bits=10");
  EXPECT_EQ(answered("permessage-deflate; server_max_window_bits=\"9\", permessage-deflate"),
            "permessage-deflate; server_max_window_bits=9");
  EXPECT_EQ(answered("permessage-deflate;server_no_context_takeover;client_no_context_takeover"),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  EXPECT_EQ(answered("permessage-deflate; client_max_window_bits=12",
                     Deflate{.client_max_window_bits = 10}),
            "permessage-deflate; client_max_window_bits=10");
}

TEST(WebsocketDeflateTest, DeclinesOffersItDoesNotUnderstand) {
  for (const std::string_view offer :
       {"permessage-deflate; unknown", "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover"}) {
    EXPECT_EQ(answered(offer), "none") << offer;
  }
  EXPECT_EQ(answered("permessage-deflate; x, permessage-deflate"), "permessage-deflate");
  EXPECT_EQ(answered("permessage-deflate", Deflate{.client_max_window_bits = 10}), "none");
  for (const std::string_view broken : {"permessage-deflate;", ",", "a b", "a; b=\"c", "a=b"}) {
    EXPECT_NE(answered(broken).find("is not a list of extensions"), std::string::npos) << broken;
  }
}

TEST(WebsocketDeflateTest, TheClientHoldsTheServerToItsOffer) {
  const auto read = [](std::string_view header, const Deflate& wish) {
    return read_answer(header, &wish).has_value();
  };
  EXPECT_TRUE(read("permessage-deflate", Deflate{}));
  EXPECT_TRUE(read("permessage-deflate; client_max_window_bits=9", Deflate{}));
  EXPECT_TRUE(read("permessage-deflate; server_max_window_bits=9", Deflate{}));
  EXPECT_FALSE(read("permessage-deflate; client_max_window_bits", Deflate{}));
  EXPECT_FALSE(read("permessage-deflate, permessage-deflate", Deflate{}));
  EXPECT_FALSE(read("permessage-deflate", Deflate{.server_no_context_takeover = true}));
  EXPECT_FALSE(read("permessage-deflate", Deflate{.server_max_window_bits = 10}));
  EXPECT_EQ(offer(Deflate{}), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(offer(Deflate{true, true, 9, 10}),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=9; client_max_window_bits=10");
}

}  // namespace
}  // namespace peregrine::wire::websocket
