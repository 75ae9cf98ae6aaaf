// Colours of a terminal (ECMA-48, SGR), where it wants any.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace peregrine::report {

class Paint {
 public:
  explicit Paint(bool color) : color_(color) {}

  std::string green(std::string_view text) const { return in("32", text); }
  std::string red(std::string_view text) const { return in("31", text); }
  std::string yellow(std::string_view text) const { return in("33", text); }
  std::string bold(std::string_view text) const { return in("1", text); }
  std::string dim(std::string_view text) const { return in("2", text); }

 private:
  std::string in(std::string_view code, std::string_view text) const {
    return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  bool color_;
};

}  // namespace peregrine::report
