// What a provider is sent as a form: multipart that was read is read as the same again once it was
// written; the names of a query nest only so deep.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "boundary/provider_form.h"
#include "wire/multipart.h"

namespace {

using peregrine::base::check;
using peregrine::base::Value;
using namespace peregrine;  // NOLINT(google-build-using-namespace)

size_t depth_of(const Value& value) {
  size_t deepest = 0;
  if (value.is_list()) {
    for (const Value& each : value.as_list()) deepest = std::max(deepest, depth_of(each));
  } else if (value.is_map()) {
    for (const auto& [name, each] : value.as_map()) deepest = std::max(deepest, depth_of(each));
  } else {
    return 0;
  }
  return deepest + 1;
}

void read_query(std::string_view text) {
  const auto pairs = net::parse_query(text);
  if (!pairs) return;
  // The map itself, a map for each name, and the list of texts in the last.
  check(depth_of(boundary::nested(*pairs)) <= boundary::kMostBrackets + 3, "nested too deep");
}

// Names of files are written otherwise than others may write them, and so are left out.
void read_multipart(std::string_view type, std::string_view body) {
  const auto parts = wire::parse_multipart(type, body);
  if (!parts) return;
  check(parts->size() <= wire::kMostFormParts, "more parts than a form may have");
  wire::Multipart written;
  for (const wire::FormPart& part : *parts) check(written.add_field("a", part.bytes).has_value());
  const auto again = wire::parse_multipart(written.type(), written.body());
  check(again && again->size() == parts->size(), "parts were lost");
  for (size_t i = 0; i < parts->size(); ++i) {
    check((*again)[i].bytes == (*parts)[i].bytes, "a part changed on its way");
  }
}

}  // namespace

// The first line is what Content-Type says of the rest.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), text.size());
  read_query(text);
  read_multipart(text.substr(0, end), text.substr(std::min(end + 1, text.size())));
  return 0;
}
