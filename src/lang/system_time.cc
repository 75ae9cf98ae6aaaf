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

std::optional<base::WallTime> read_start(const Node& node, std::string_view zone,
                                         Diagnostics& diagnostics) {
  const auto instant =
      node.kind == Node::Kind::scalar ? read_clock_text(node.text, zone) : std::nullopt;
  if (instant && instant->time_since_epoch() >= base::Duration(0)) return instant;
  if (instant) {
    diagnostics.add(node.at, fmt::format("no clock shows {}: they count from 1970", node.text),
                    "begin later");
  } else {
    diagnostics.add(
        node.at,
        fmt::format("`clock` is an instant in the system's zone, this is {}", node.describe()),
        "write it as on a wall clock there: 2025-06-02 09:00");
  }
  return std::nullopt;
}

void read_clock(const Node& node, SystemReading& reading) {
  reading.spec.clock = read_start(node, reading.spec.zone, reading.diagnostics);
}

}  // namespace peregrine::lang
