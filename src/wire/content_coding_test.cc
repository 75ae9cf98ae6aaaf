#include "wire/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace peregrine::wire {
namespace {

using base::Code;
using base::Result;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

constexpr std::string_view kText = "hello, hello, hello";

struct Sample {
  Coding coding;
  std::string bytes;
};

// What the programs gzip, brotli and zstd, and Python's zlib, make of kText.
std::vector<Sample> samples() {
  return {{Coding::gzip, from_hex("1f8b0800000000000003cb48cdc9c9d751c840a2009fa1ca0913000000")},
          {Coding::deflate, from_hex("789ccb48cdc9c9d751c840a200442806d5")},
          {Coding::br, from_hex("1f1200f88d946ede44095286966c2c6f114f24d07100")},
          {Coding::zstd, from_hex("28b52ffd04586d00003868656c6c6f2c200100e28a1175f3988e")}};
}

std::string bare_deflate() { return from_hex("cb48cdc9c9d751c840a200"); }

// gzip of any text, so that there is enough of it for bounds and layers.
std::string gzipped(std::string_view text) {
  z_stream stream{};
  constexpr int kGzip = MAX_WBITS + 16;
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// In pieces of that many bytes; the text or the error.
std::string decoded(std::vector<Coding> codings, std::string_view bytes, size_t piece,
                    uint64_t limit = 1 << 20) {
  ContentDecoder decoder(codings, {.decoded = limit});
  std::string out;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    for (bool more = true; more;) {
      const size_t before = out.size();
      Result<bool> step = decoder.decode(part, out);
      if (!step) return step.error().text;
      EXPECT_LE(out.size() - before, kDecodedAtOnce);
      more = *step;
    }
    EXPECT_TRUE(part.empty());
  }
  Result<> end = decoder.finish();
  return end ? out : end.error().text;
}

std::string decoded(std::vector<Coding> codings, std::string_view bytes) {
  std::string whole = decoded(codings, bytes, std::string::npos);
  EXPECT_EQ(decoded(std::move(codings), bytes, 1), whole);
  return whole;
}

TEST(ContentCoding, ReadsTheNamesInTheirOrder) {
  EXPECT_EQ(*parse_codings(" GZip , identity,, br,x-gzip"),
            (std::vector{Coding::gzip, Coding::br, Coding::gzip}));
  EXPECT_EQ(*parse_codings(""), std::vector<Coding>());
  EXPECT_EQ(*parse_codings("deflate,zstd"), (std::vector{Coding::deflate, Coding::zstd}));
  EXPECT_EQ(parse_codings("gzip, compress").error().code, Code::invalid);
  EXPECT_EQ(parse_codings("br,br,br,br")->size(), kCodings);
  EXPECT_EQ(parse_codings("br,br,br,br,br").error().code, Code::limit);
}

TEST(ContentCoding, UndoesEachCodingHoweverItIsCut) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(decoded({sample.coding}, sample.bytes), kText) << to_string(sample.coding);
  }
  EXPECT_EQ(decoded({Coding::deflate}, bare_deflate()), kText);
  EXPECT_EQ(decoded({}, kText), kText);
}

TEST(ContentCoding, NothingIsEmptyInEveryCoding) {
  for (const Sample& sample : samples()) EXPECT_EQ(decoded({sample.coding}, ""), "");
}

TEST(ContentCoding, ABodyThatEndsTooEarlyIsBroken) {
  for (const Sample& sample : samples()) {
    for (size_t size = 1; size < sample.bytes.size(); ++size) {
      EXPECT_EQ(decoded({sample.coding}, sample.bytes.substr(0, size)),
                fmt::format("the {} of the body ends too early", to_string(sample.coding)))
          << size;
    }
  }
}

TEST(ContentCoding, WhatIsBrokenSaysSo) {
  EXPECT_EQ(decoded({Coding::gzip}, "hello"), "the gzip of the body is broken");
  for (const Sample& sample : samples()) {
    Result<std::string> behind = decode_body(std::array{sample.coding}, sample.bytes + "behind");
    ASSERT_FALSE(behind) << to_string(sample.coding);
    EXPECT_EQ(behind.error().code, Code::protocol);
    // The first bytes of each are its name, or decide about all that follows.
    std::string broken = sample.bytes;
    broken[0] = static_cast<char>(broken[0] ^ 0x0f);
    EXPECT_FALSE(decode_body(std::array{sample.coding}, broken)) << to_string(sample.coding);
  }
}

TEST(ContentCoding, AnErrorIsFinal) {
  ContentDecoder decoder(std::array{Coding::gzip});
  std::string out;
  std::string_view bad = "x";
  std::string_view worse = "y";
  EXPECT_FALSE(decoder.decode(bad, out) && decoder.decode(worse, out));
  std::string_view none;
  EXPECT_FALSE(decoder.decode(none, out));
  EXPECT_FALSE(decoder.finish());
}

TEST(ContentCoding, MembersAndFramesMayFollowEachOther) {
  for (const Sample& sample : samples()) {
    if (sample.coding != Coding::gzip && sample.coding != Coding::zstd) continue;
    EXPECT_EQ(decoded({sample.coding}, sample.bytes + sample.bytes),
              std::string(kText) + std::string(kText));
  }
}

// Behind the first four bytes stands what is an empty frame by itself; here it asks for a
// dictionary.
TEST(ContentCoding, AFrameWithinTheBeginningOfAFrameIsNone) {
  const std::string body = from_hex("28b52ffd532a4d1800000000");
  for (size_t cut = 0; cut < body.size(); ++cut) {
    ContentDecoder decoder(std::array{Coding::zstd});
    std::string out;
    bool refused = false;
    for (std::string_view piece :
         {std::string_view(body).substr(0, cut), std::string_view(body).substr(cut)}) {
      refused = refused || !decoder.decode(piece, out);
    }
    EXPECT_TRUE(refused) << cut;
  }
}

TEST(ContentCoding, ZstdSkipsFramesThatSaySoAndRefusesWhatIsOlderThanItsStandard) {
  const std::string skipped = from_hex("5f2a4d1803000000616263");
  EXPECT_EQ(decoded({Coding::zstd}, skipped + samples()[3].bytes + skipped), kText);
  const Result<std::string> older =
      decode_body(std::array{Coding::zstd}, from_hex("26b52ffd04ff0401"));
  EXPECT_EQ(older.error().to_string(),
            "the zstd of the body is broken: it does not begin like zstd");
}

TEST(ContentCoding, LayersAreUndoneFromTheLast) {
  const std::string inner = samples()[2].bytes;
  EXPECT_EQ(decoded({Coding::br, Coding::gzip}, gzipped(inner)), kText);
  const std::string twice = gzipped(gzipped(std::string(300'000, 'x')));
  EXPECT_EQ(decoded({Coding::gzip, Coding::gzip}, twice), std::string(300'000, 'x'));
  EXPECT_EQ(decoded({Coding::gzip, Coding::br}, gzipped(inner)).substr(0, 28),
            "the br of the body is broken");
}

TEST(ContentCoding, ABodyThatBecomesTooLargeIsRefused) {
  const std::string bomb = gzipped(std::string(3'000'000, '\0'));
  EXPECT_LT(bomb.size(), 4000U);
  EXPECT_EQ(decoded({Coding::gzip}, bomb, 100, 1'000'000),
            "the gzip of the body becomes more than 1000000 bytes");
  EXPECT_EQ(decode_body(std::array{Coding::gzip}, bomb, {.decoded = 1000}).error().code,
            Code::limit);
  EXPECT_EQ(decoded({Coding::gzip}, samples()[0].bytes, 1, kText.size()), kText);
  EXPECT_EQ(decoded({Coding::gzip}, samples()[0].bytes, 1, kText.size() - 1),
            "the gzip of the body becomes more than 18 bytes");
  EXPECT_EQ(decoded({}, kText, 4, 10), "the body has more than 10 bytes");
  // In layers it is the same for the bytes between them.
  EXPECT_EQ(decoded({Coding::br, Coding::gzip}, bomb, 100, 1'000'000).substr(0, 3), "the");
}

}  // namespace
}  // namespace peregrine::wire
