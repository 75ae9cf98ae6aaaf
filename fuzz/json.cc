// JSON from arbitrary bytes: it is refused, or what was read is written and read again as the same,
// in both forms; and a number is the number that its digits say.
#include "base/json.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

namespace {

using peregrine::base::check;
using peregrine::base::Decimal;
using peregrine::base::Value;

void read_again(const std::string& text, const Value& value) {
  const auto again = peregrine::base::parse_json(text);
  check(again.has_value(), "what was written is refused");
  check(*again == value, "what was written is read as another value");
  check(to_json(*again) == to_json(value), "what was read again is written in another way");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = peregrine::base::parse_json(text);
  if (!value) {
    check(!value.error().text.empty(), "refused without a word");
    return 0;
  }
  read_again(to_json(*value), *value);
  read_again(to_json_pretty(*value), *value);
  if (value->is_number()) {
    const size_t begin = text.find_first_not_of(" \t\r\n");
    const size_t end = text.find_last_not_of(" \t\r\n") + 1;
    const auto digits = Decimal::parse(text.substr(begin, end - begin));
    check(digits && Value(*digits) == *value, "a number has lost a digit");
  }
  return 0;
}
