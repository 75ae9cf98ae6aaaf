// Values from the bytes of another process: they are refused, or what was read is packed and read
// again as the same.
#include "base/packing.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/histogram.h"
#include "base/value_packing.h"

namespace {

using namespace peregrine::base;

template <class Unpack, class Pack>
void read_again(std::string_view bytes, const Unpack& unpack, const Pack& pack) {
  Unpacker from(bytes);
  const auto read = unpack(from);
  if (!from.good()) return;
  Packer first;
  pack(read, first);
  const std::string written = first.take();
  Unpacker again(written);
  Packer second;
  pack(unpack(again), second);
  check(again.complete(), "what was packed is refused");
  check(second.take() == written, "what was packed is read as something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_again(
      bytes, [](Unpacker& from) { return unpack_value(from); },
      [](const Value& value, Packer& into) { pack(value, into); });
  read_again(
      bytes, [](Unpacker& from) { return Histogram::unpack(from); },
      [](const Histogram& histogram, Packer& into) { histogram.pack(into); });
  return 0;
}
