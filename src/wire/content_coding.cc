#include "wire/content_coding.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "wire/http1_line.h"
#include "wire/stream_decoder.h"

namespace peregrine::wire {

using base::Code;
using base::Error;
using base::fail;
using base::Result;

namespace {

std::unique_ptr<detail::StreamDecoder> make_decoder(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return detail::gzip_decoder();
    case Coding::deflate:
      return detail::deflate_decoder();
    case Coding::br:
      return detail::brotli_decoder();
    case Coding::zstd:
      return detail::zstd_decoder();
  }
  std::unreachable();
}

}  // namespace

std::string_view to_string(Coding coding) {
  constexpr std::string_view kNames[] = {"gzip", "deflate", "br", "zstd"};
  return kNames[static_cast<size_t>(coding)];
}

Result<std::vector<Coding>> parse_codings(std::string_view content_encoding) {
  std::vector<Coding> result;
  for (const std::string_view part : base::split(content_encoding, ',')) {
    const std::string name = base::lowercase(base::trimmed(part));
    if (name.empty() || name == "identity") continue;
    if (result.size() == kCodings) {
      return fail(Code::limit, "a body may have {} content codings, not '{}'", kCodings,
                  base::shortened(content_encoding, 100));
    }
    if (name == "gzip" || name == "x-gzip") {
      result.push_back(Coding::gzip);
    } else if (name == "deflate") {
      result.push_back(Coding::deflate);
    } else if (name == "br") {
      result.push_back(Coding::br);
    } else if (name == "zstd") {
      result.push_back(Coding::zstd);
    } else {
      return fail(Code::invalid, "the content coding {} is not known here", http1::excerpt(name));
    }
  }
  return result;
}

struct ContentDecoder::Layer {
  std::optional<Coding> coding;
  std::unique_ptr<detail::StreamDecoder> decoder;  // null: bytes pass as they are
  bool begun = false;
  uint64_t given = 0;
  std::vector<char> buffer{};  // for the next layer; `rest` is what it has not taken yet
  std::string_view rest{};
};

ContentDecoder::ContentDecoder(std::span<const Coding> applied, DecodeLimits limits)
    : limits_(limits), buffer_(kDecodedAtOnce) {
  for (size_t i = applied.size(); i > 0; --i) {
    layers_.push_back({.coding = applied[i - 1], .decoder = make_decoder(applied[i - 1])});
    if (i > 1) layers_.back().buffer.resize(kDecodedAtOnce);
  }
  if (layers_.empty()) layers_.emplace_back();
}

ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

Result<bool> ContentDecoder::decode(std::string_view& input, std::string& out) {
  if (failed_) return std::unexpected(*failed_);
  Result<size_t> given = produce(layers_.size() - 1, input, buffer_);
  if (!given) {
    failed_ = given.error();
    return std::unexpected(*failed_);
  }
  out.append(buffer_.data(), *given);
  return *given > 0;
}

// Asks a layer for bytes; where it has none left it asks the layer before it.
Result<size_t> ContentDecoder::produce(size_t number, std::string_view& input,
                                       std::span<char> out) {
  Layer& layer = layers_[number];
  if (number == 0) return step(layer, input, out);
  Layer& before = layers_[number - 1];
  for (;;) {
    TRY(const size_t given, step(layer, before.rest, out));
    if (given > 0) return given;
    TRY(const size_t more, produce(number - 1, input, before.buffer));
    if (more == 0) return size_t{0};
    before.rest = {before.buffer.data(), more};
  }
}

Result<size_t> ContentDecoder::step(Layer& layer, std::string_view& input, std::span<char> out) {
  const size_t before = input.size();
  size_t given = std::min(input.size(), out.size());
  if (layer.decoder) {
    Result<size_t> result = layer.decoder->step(input, out);
    if (!result) {
      return base::because(std::move(result).error(),
                           fmt::format("the {} of the body is broken", to_string(*layer.coding)));
    }
    given = *result;
    base::check(given > 0 || input.empty(), "a decoder stands still");
  } else {
    std::ranges::copy(input.substr(0, given), out.begin());
    input.remove_prefix(given);
  }
  layer.begun |= input.size() < before;
  layer.given += given;
  if (layer.given <= limits_.decoded) return given;
  if (!layer.coding) return fail(Code::limit, "the body has more than {} bytes", limits_.decoded);
  return fail(Code::limit, "the {} of the body becomes more than {} bytes",
              to_string(*layer.coding), limits_.decoded);
}

Result<> ContentDecoder::finish() {
  if (failed_) return std::unexpected(*failed_);
  for (const Layer& layer : layers_) {
    if (layer.begun && layer.decoder && !layer.decoder->complete()) {
      failed_ = Error{Code::protocol,
                      fmt::format("the {} of the body ends too early", to_string(*layer.coding))};
      return std::unexpected(*failed_);
    }
  }
  return {};
}

Result<std::string> decode_body(std::span<const Coding> applied, std::string_view body,
                                DecodeLimits limits) {
  ContentDecoder decoder(applied, limits);
  std::string out;
  for (bool more = true; more;) {
    TRY(more, decoder.decode(body, out));
  }
  TRY_OK(decoder.finish());
  return out;
}

}  // namespace peregrine::wire
