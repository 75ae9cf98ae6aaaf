#include "report/markup.h"

#include "base/text.h"

namespace peregrine::report {

std::string in_markup(std::string_view text) {
  std::string out;
  for (const char c : base::printable(text, true)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace peregrine::report
