// Defect: the context of a line is lost, so that nobody can tell which call it is about.
#include <cstdio>

#include "base/json.h"
#include "booking/service/log.h"

namespace peregrine::booking {
namespace {

std::string_view name(Level level) {
  switch (level) {
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

}  // namespace

void log(Level level, std::string_view message, const base::Map&) {
  base::MapBuilder line;
  line.set("time", base::wall_now()).set("level", name(level)).set("message", message);
  const std::string text = base::to_json(line.build()) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace peregrine::booking
