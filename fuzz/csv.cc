// CSV from arbitrary bytes: it is refused, or its rows, written with every cell in quotes, read as
// the same rows.
#include "base/csv.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

namespace {

using peregrine::base::check;
using peregrine::base::Map;
using peregrine::base::Value;

std::string quoted(std::string_view cell) {
  std::string text = "\"";
  for (char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

std::string write(const Value& rows) {
  std::string header, text;
  for (const Value& row : rows.as_list()) {
    std::string line, names;
    for (const auto& [name, cell] : row.as_map()) {
      names += (names.empty() ? "" : ",") + quoted(name);
      line += (line.empty() ? "" : ",") + quoted(cell.as_text());
    }
    header = names;
    text += line + "\r\n";
  }
  return header + "\r\n" + text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rows = peregrine::base::parse_csv(text);
  if (!rows || rows->as_list().empty()) return 0;
  const auto again = peregrine::base::parse_csv(write(*rows));
  check(again.has_value() && *again == *rows, "rows are not read as they are written");
  return 0;
}
