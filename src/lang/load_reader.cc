#include "lang/load_reader.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "lang/threshold_reader.h"

namespace peregrine::lang {

const std::vector<std::string_view> kLoadKeys = {"users",  "rate",       "for",     "iterations",
                                                 "stages", "think",      "warm_up", "grace",
                                                 "verify", "thresholds", "abort_on"};

namespace {

constexpr double kMostUsers = 1e6;
constexpr double kMostPerSecond = 1e6;
constexpr int64_t kMostIterations = 1'000'000'000;
constexpr size_t kMostStages = 1000;

class LoadReader {
 public:
  LoadReader(const Fields& fields, const Measurable& measurable, Diagnostics& diagnostics)
      : fields_(fields), measurable_(measurable), diagnostics_(diagnostics) {}

  LoadSpec read(const Place& at) {
    load_.at = at;
    read_level();
    if (const Node* stages = fields_["stages"]) read_stages(*stages);
    read_end();
    if (const Node* think = fields_["think"]) read_think(*think);
    if (const Node* span = fields_["warm_up"]) {
      load_.warm_up = read_duration(*span, "`warm_up`", diagnostics_);
    }
    if (const Node* span = fields_["grace"]) {
      load_.grace = read_duration(*span, "`grace`", diagnostics_);
    }
    if (const Node* share = fields_["verify"]) read_verify(*share);
    if (const Node* thresholds = fields_["thresholds"]) {
      load_.thresholds = read_thresholds(*thresholds, "`thresholds`", measurable_, diagnostics_);
    }
    if (const Node* thresholds = fields_["abort_on"]) {
      load_.abort_on = read_thresholds(*thresholds, "`abort_on`", measurable_, diagnostics_);
    }
    return std::move(load_);
  }

 private:
  void read_level() {
    const Node* users = fields_["users"];
    const Node* rate = fields_["rate"];
    if (users && rate) {
      diagnostics_.add(rate->at, "a load has `users` or a `rate`, not both",
                       "users take turns; a rate starts plays whether earlier ones ended or not");
    }
    if (users) {
      load_.level = static_cast<double>(
          read_count(*users, "`users`", static_cast<int64_t>(kMostUsers), diagnostics_));
    } else if (rate) {
      load_.model = LoadSpec::Model::open;
      load_.level = read_rate(*rate);
    }
  }

  double read_rate(const Node& node) {
    const auto rate = parse_rate(node.text);
    if (rate && *rate > 0) return *rate;
    diagnostics_.add(node.at,
                     fmt::format("`rate` is how often a play begins, this is {}", node.describe()),
                     "write it as 200/s, 90/m or 10/h");
    return 1;
  }

  void read_stages(const Node& node) {
    if (node.kind != Node::Kind::list || node.items.empty()) {
      diagnostics_.add(node.at, fmt::format("`stages` is a list, this is {}", node.describe()),
                       "write it as [{ to: 1000, in: 1m }]");
      return;
    }
    if (node.items.size() > kMostStages) {
      diagnostics_.add(node.at, fmt::format("more than {} stages", kMostStages),
                       "several of them can be one, which goes along a straight line");
      return;
    }
    for (const Node& item : node.items) read_stage(item);
  }

  void read_stage(const Node& node) {
    const Fields fields(node, "a stage", diagnostics_, {"to", "in", "do"});
    LoadSpec::Stage stage{};
    if (const Node* in = fields.required("in", "it is how long the stage takes: 1m")) {
      stage.in = read_duration(*in, "`in`", diagnostics_);
    }
    // One that does something may leave the level as it is.
    const bool has_level = !load_.stages.empty() || fields_["users"] || fields_["rate"];
    const Node* to = fields["to"];
    if (!to && fields["do"] && has_level) {
      stage.to = load_.stages.empty() ? load_.level : load_.stages.back().to;
      load_.stages.push_back(stage);
      return;
    }
    if (!to) to = fields.required("to", "it is how many users, or which rate, at its end");
    if (!to) return;
    const bool is_rate = to->text.contains('/');
    const bool says_model = fields_["users"] || fields_["rate"];
    if (!says_model && load_.stages.empty() && is_rate) load_.model = LoadSpec::Model::open;
    const bool open = load_.model == LoadSpec::Model::open;
    const auto level = open ? parse_rate(to->text) : parse_users(to->text);
    if (!level) {
      diagnostics_.add(to->at,
                       fmt::format("`to` is {} here, this is {}",
                                   open ? "a rate" : "a number of users", to->describe()),
                       open ? "write it as 200/s" : "write it as 1000, without `/s`");
    }
    stage.to = level.value_or(0);
    load_.stages.push_back(stage);
  }

  static std::optional<double> parse_users(std::string_view text) {
    uint64_t users = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, users);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    if (static_cast<double>(users) > kMostUsers) return std::nullopt;
    return static_cast<double>(users);
  }

  void read_end() {
    const Node* span = fields_["for"];
    const Node* count = fields_["iterations"];
    if (span && count) {
      diagnostics_.add(count->at, "a load has `for` or `iterations`, not both",
                       "`for: 5m`, or `iterations: 1000`");
    }
    if (count && fields_["stages"]) {
      diagnostics_.add(count->at, "a load has `stages` or `iterations`, not both",
                       "stages say for how long it goes on");
    }
    if (span) load_.duration = read_duration(*span, "`for`", diagnostics_);
    if (count) load_.iterations = read_count(*count, "`iterations`", kMostIterations, diagnostics_);
  }

  // "3s", "1s..3s".
  void read_think(const Node& node) {
    const std::string_view text = node.text;
    const size_t dots = text.find("..");
    const auto from = parse_duration(text.substr(0, dots));
    const auto to = dots == text.npos ? from : parse_duration(text.substr(dots + 2));
    if (from && to && *from <= *to) {
      load_.think = {*from, *to};
      return;
    }
    diagnostics_.add(
        node.at,
        fmt::format("`think` is a length of time or a range of them, this is {}", node.describe()),
        "write it as 2s or 1s..3s");
  }

  void read_verify(const Node& node) {
    const auto share = parse_share(node.text);
    if (share && *share <= 1) {
      load_.verify = *share;
      return;
    }
    diagnostics_.add(node.at, fmt::format("`verify` is a share, this is {}", node.describe()),
                     "write it as 1% or 0.1%");
  }

  const Fields& fields_;
  const Measurable& measurable_;
  Diagnostics& diagnostics_;
  LoadSpec load_;
};

}  // namespace

LoadSpec read_load(const Fields& fields, const Place& at, const Measurable& measurable,
                   Diagnostics& diagnostics) {
  return LoadReader(fields, measurable, diagnostics).read(at);
}

std::optional<double> parse_rate(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const std::string_view number_text = text.substr(0, slash);
  const std::string_view unit = text.substr(slash + 1);
  double number = 0;
  const char* end = number_text.data() + number_text.size();
  const auto parsed = std::from_chars(number_text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(number)) return std::nullopt;
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (seconds == 0 || number < 0 || number / seconds > kMostPerSecond) return std::nullopt;
  return number / seconds;
}

}  // namespace peregrine::lang
