// `zone:` and `clock:` of a system.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/cel/zones.h"
#include "lang/clock_text.h"
#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

// The zone that was meant: spelt nearly so, or of a city that was named alone.
std::optional<std::string_view> nearest_zone(std::string_view word) {
  const auto zones = cel::zone_names();
  const std::string city = base::lowercase(word);
  const auto of_city = std::ranges::find_if(zones, [&](std::string_view zone) {
    return base::lowercase(zone.substr(zone.rfind('/') + 1)) == city ||
           base::lowercase(zone) == city;
  });
  if (of_city != zones.end()) return *of_city;
  return base::nearest(word, zones);
}

}  // namespace

std::optional<base::WallTime> read_clock_text(std::string_view text, std::string_view zone) {
  const auto local = cel::read_local(text);
  return local ? cel::from_local(*local, zone) : std::nullopt;
}

void read_zone(const Node& node, SystemReading& reading) {
  const std::string name = read_text(node, "`zone`", reading.diagnostics);
  if (name.empty()) return;
  if (cel::is_zone_name(name)) {
    reading.spec.zone = name;
    return;
  }
  const auto near = nearest_zone(name);
  reading.diagnostics.add(
      node.at, fmt::format("there is no time zone `{}`", name),
      near ? fmt::format("did you mean `{}`?", *near)
           : "write its IANA name, as in `Europe/Berlin` or `UTC`: summer time comes with it");
}

void read_clock(const Node& node, SystemReading& reading) {
  if (node.kind == Node::Kind::scalar) {
    if (const auto instant = read_clock_text(node.text, reading.spec.zone)) {
      reading.spec.clock = *instant;
      reading.not_playable(node.at, "`clock`");
      return;
    }
  }
  reading.diagnostics.add(
      node.at,
      fmt::format("`clock` is an instant in the system's zone, this is {}", node.describe()),
      "write it as on a wall clock there: 2025-06-02 09:00");
}

}  // namespace peregrine::lang
