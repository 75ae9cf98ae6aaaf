// A command of the user's: a program and its arguments. There is no shell.
//
//   run: ./booking --greeting "Good day" --port ${port}
//   run: [./booking, --greeting, Good day, --port, "${port}"]
#pragma once

#include <vector>

#include "lang/template.h"

namespace peregrine::lang {

struct Command {
  std::vector<Template> words;

  bool reads(Slot slot) const;
  // Each word as text.
  base::Result<std::vector<std::string>> fill(const Context& context) const;
};

// In a line blanks separate words, '…' and "…" hold together, \ takes the next character as it is;
// an expression is of one word, whatever it holds. Reports what cannot be a command; then it is
// empty.
Command compile_command(const Node& node, std::string_view what, const Names& names,
                        Diagnostics& diagnostics);

}  // namespace peregrine::lang
