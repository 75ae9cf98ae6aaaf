// `loads:` of a system.
#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "lang/load_reader.h"
#include "lang/system_reading.h"

namespace peregrine::lang {

namespace {

// A number above 0, nothing else. Those of YAML are text here.
std::optional<double> read_positive(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(number) || number <= 0) {
    return std::nullopt;
  }
  return number;
}

std::vector<LoadSpec::Part> read_mix(const Node& node, SystemReading& reading) {
  std::vector<LoadSpec::Part> mix;
  if (!check_map(node, "`mix`", reading.diagnostics)) return mix;
  if (node.entries.empty()) {
    reading.diagnostics.add(node.at, "`mix` names no journey", "write it as { browse.yaml: 8 }");
  }
  for (const auto& [key, value] : node.entries) {
    const std::string path = reading.read_file_path(key, "a journey of `mix`");
    const auto weight = read_positive(value.text);
    if (!weight) {
      reading.diagnostics.add(
          value.at, fmt::format("a weight is a number above 0, this is {}", value.describe()),
          "a journey of weight 8 is played four times as often as one of weight 2");
    }
    mix.push_back({path, weight.value_or(1)});
  }
  return mix;
}

// Nobody else says it: a mix has no file of its own.
void check_whole(const Fields& fields, const Node& key, Diagnostics& diagnostics) {
  if (!fields["users"] && !fields["rate"] && !fields["stages"]) {
    diagnostics.add(key.at, "a load needs `users`, `rate` or `stages`",
                    "`users: 100` in turn, or `rate: 200/s` whoever is done");
  }
  if (!fields["for"] && !fields["iterations"] && !fields["stages"]) {
    diagnostics.add(key.at, "a load needs `for`, `iterations` or `stages`",
                    "`for: 5m`, or `iterations: 1000`");
  }
}

// Steps belong to a journey, whose names they know.
void refuse_steps(const Node& stages, Diagnostics& diagnostics) {
  for (const Node& stage : stages.items) {
    if (const Node* steps = stage.find("do")) {
      diagnostics.add(steps->at, "a stage does something in a journey's own `load` only",
                      "write the load into the journey, or `given` of one of the mix");
    }
  }
}

}  // namespace

void read_loads(const Node& node, SystemReading& reading) {
  if (!check_map(node, "`loads`", reading.diagnostics)) return;
  std::vector<std::string_view> keys{"mix"};
  keys.insert(keys.end(), kLoadKeys.begin(), kLoadKeys.end());
  for (const auto& [key, value] : node.entries) {
    const Fields fields(value, "a load", reading.diagnostics, keys);
    if (value.kind != Node::Kind::map) continue;
    const Node* mix =
        fields.required("mix", "the journeys and their weights: { browse.yaml: 8, buy.yaml: 2 }");
    check_whole(fields, key, reading.diagnostics);
    LoadSpec load = read_load(fields, key.at, {reading.spec}, reading.diagnostics);
    load.name = key.text;
    if (const Node* stages = fields["stages"]) refuse_steps(*stages, reading.diagnostics);
    if (mix) load.mix = read_mix(*mix, reading);
    reading.spec.loads.push_back(std::move(load));
  }
}

}  // namespace peregrine::lang
