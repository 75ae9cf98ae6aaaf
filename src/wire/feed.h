// What feed() of every reader does: a piece of the stream, step by step.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace peregrine::wire::detail {

// Calls step(rest), which takes bytes from the front of `rest`, until done() or nothing is left:
// how many bytes were taken. The error of a step is final: `failed` keeps it, and every later call
// gives it again.
template <class Done, class Step>
base::Result<size_t> feed(std::string_view bytes, std::optional<base::Error>& failed,
                          const Done& done, const Step& step) {
  if (failed) return std::unexpected(*failed);
  std::string_view rest = bytes;
  while (!done() && !rest.empty()) {
    if (base::Result<> stepped = step(rest); !stepped) {
      failed = std::move(stepped).error();
      return std::unexpected(*failed);
    }
  }
  return bytes.size() - rest.size();
}

}  // namespace peregrine::wire::detail
