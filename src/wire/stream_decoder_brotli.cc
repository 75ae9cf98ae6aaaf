// br, by libbrotlidec.
#include <brotli/decode.h>

#include "base/check.h"
#include "wire/stream_decoder.h"

namespace peregrine::wire::detail {

using base::Code;
using base::fail;
using base::Result;

namespace {

struct StateEnd {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class BrotliDecoder final : public StreamDecoder {
 public:
  BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    base::check(state_ != nullptr, "no memory for brotli");
  }

  Result<size_t> step(std::string_view& input, std::span<char> out) override {
    if (complete()) {
      if (input.empty()) return size_t{0};
      return fail(Code::protocol, "bytes follow behind its end");
    }
    size_t input_left = input.size();
    const auto* next_in = reinterpret_cast<const uint8_t*>(input.data());
    size_t room = out.size();
    auto* next_out = reinterpret_cast<uint8_t*>(out.data());
    const BrotliDecoderResult result = BrotliDecoderDecompressStream(
        state_.get(), &input_left, &next_in, &room, &next_out, nullptr);
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      return fail(Code::protocol, "{}",
                  BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state_.get())));
    }
    input.remove_prefix(input.size() - input_left);
    const size_t written = out.size() - room;
    // A stream that ends without giving anything may have bytes behind it.
    if (written == 0 && !input.empty()) return step(input, out);
    return written;
  }
  bool complete() const override { return BrotliDecoderIsFinished(state_.get()) != 0; }

 private:
  std::unique_ptr<BrotliDecoderState, StateEnd> state_;
};

}  // namespace

std::unique_ptr<StreamDecoder> brotli_decoder() { return std::make_unique<BrotliDecoder>(); }

}  // namespace peregrine::wire::detail
