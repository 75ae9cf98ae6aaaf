// Texts with an escaping undone, as far as there is any: whatever stands around, nothing is wrong.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::record {

enum class Escaping {
  percent,  // %c3%BC
  form,     // the same, and + for a blank
  json,     // \" \\ \/ \n \u00fc \ud83d\ude00
  quotes,   // '' for ' in SQL, '\'' in a shell
};

struct Unescaped {
  std::string text;
  // Where each byte of it began in what was escaped; one more for the end.
  std::vector<size_t> from;
};

// Nothing when there is nothing to undo.
std::optional<Unescaped> unescaped(std::string_view text, Escaping escaping);

}  // namespace peregrine::record
