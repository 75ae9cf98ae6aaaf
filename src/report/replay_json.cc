#include "report/replay_json.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;
using record::Replay;

namespace {

// A report may come from elsewhere.
bool lies_inside(const std::string& file) {
  const std::filesystem::path path(file);
  return !file.empty() && path.is_relative() && std::ranges::find(path, "..") == path.end();
}

base::Result<> collect(const Value& value, std::vector<Replay>& all) {
  if (value.is_list()) {
    for (const Value& item : value.as_list()) TRY_OK(collect(item, all));
  }
  if (!value.is_map()) return {};
  for (const auto& [key, inner] : value.as_map()) {
    if (key != "replay" || !inner.is_map()) {
      TRY_OK(collect(inner, all));
      continue;
    }
    ValueReader from(inner);
    all.push_back(read_replay(from));
    TRY_OK(from.good());
  }
  return {};
}

}  // namespace

Value to_value(const Replay& replay) {
  if (replay.id.empty()) return {};
  List order;
  for (const size_t contender : replay.order) order.emplace_back(contender);
  const std::string& environment = replay.environment;
  return Map{{"id", replay.id},
             {"trial", replay.trial},
             {"file", replay.file},
             {"journey", replay.journey},
             {"environment", environment.empty() ? Value() : Value(environment)},
             {"seed", replay.seed},
             {"round", replay.round},
             {"order", std::move(order)},
             {"times", replay.times},
             {"command", replay.command}};
}

Replay read_replay(ValueReader& from) {
  Replay replay;
  replay.id = from.text("id");
  replay.trial = from.text("trial");
  replay.file = from.text("file");
  replay.journey = from.text("journey");
  replay.environment = from.text_or_empty("environment");
  replay.seed = from.number("seed");
  replay.round = from.number("round");
  replay.order = read_order(from);
  replay.times = from.number("times");
  replay.command = from.text("command");
  if (!from.good()) return replay;
  if (!record::is_replay_id(replay.id)) from.fail(fmt::format("`id` is `{}`", replay.id));
  if (!lies_inside(replay.file)) {
    from.fail(fmt::format("`file` is {}, which is outside of the system's folder", replay.file));
  }
  return replay;
}

Replay read_replay_of(ValueReader& from) {
  if (!from.has("replay")) return {};
  ValueReader part(from.object("replay"));
  Replay replay = read_replay(part);
  from.take_error_of(part);
  return replay;
}

base::Result<std::vector<Replay>> replays_in(const Value& report) {
  std::vector<Replay> all;
  TRY_OK(collect(report, all));
  return all;
}

std::vector<size_t> read_order(ValueReader& from) {
  std::vector<size_t> order;
  const List& list = from.list("order");
  if (list.size() > kMostChoices) from.fail(fmt::format("`order` has more than {}", kMostChoices));
  for (const Value& one : list) {
    if (!from.good()) break;
    if (one.kind() == base::Kind::int64 && one.as_int() >= 0) {
      order.push_back(static_cast<size_t>(one.as_int()));
    } else {
      from.fail("`order` has an element that is no number of a contender");
    }
  }
  return order;
}

}  // namespace peregrine::report
