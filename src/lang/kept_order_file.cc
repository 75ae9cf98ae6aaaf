#include "lang/kept_order_file.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "lang/fields.h"
#include "lang/journey_file.h"
#include "lang/yaml.h"

namespace peregrine::lang {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostChoices = 10'000;

// A whole number from 0 on.
std::optional<uint64_t> read_natural(const Node& node) {
  if (node.kind != Node::Kind::scalar) return std::nullopt;
  const base::Value value = scalar_value(node);
  if (value.kind() != base::Kind::int64 || value.as_int() < 0) return std::nullopt;
  return static_cast<uint64_t>(value.as_int());
}

class KeptOrderReader {
 public:
  KeptOrderReader(const SystemSpec& system, Diagnostics& diagnostics)
      : system_(system), diagnostics_(diagnostics) {}

  std::optional<Plan> read(const Node& root) {
    const size_t before = diagnostics_.size();
    const Fields fields(root, "a kept order", diagnostics_,
                        {"replay", "finding", "description", "in", "seed", "order"});
    const Node* of = fields.required("replay", "it names the journey's file: `replay: buys.yaml`");
    const Node* order = fields.required("order", "who goes on at each choice: [0, 1, 1, 0]");
    std::string finding;
    if (const Node* id = fields["finding"]) finding = read_text(*id, "`finding`", diagnostics_);
    if (const Node* text = fields["description"]) {
      (void)read_text(*text, "`description`", diagnostics_);
    }
    KeptOrder kept;
    if (const Node* seed = fields["seed"]) kept.seed = read_seed(*seed);
    std::optional<Plan> plan = of ? read_its_journey(*of) : std::nullopt;
    if (!plan) return std::nullopt;
    if (order) kept.order = read_order(*order, count_contenders(*plan));
    kept.of = plan->source;
    kept.journey = plan->name;
    plan->source = root.at.source;
    plan->line = of->at.line;
    plan->name = kept.journey + (finding.empty() ? ", a kept order" : ", order " + finding);
    plan->kept = std::move(kept);
    if (const Node* in = fields["in"]) read_environments(*in, *plan);
    // Both are told of the journey itself.
    plan->load.reset();
    std::erase_if(plan->not_playable, [](const NotPlayable& it) { return !it.run_needs_it; });
    if (diagnostics_.size() != before) return std::nullopt;
    return plan;
  }

 private:
  std::optional<Plan> read_its_journey(const Node& of) {
    const std::string named = read_text(of, "`replay`", diagnostics_);
    if (named.empty()) return std::nullopt;
    const fs::path path = (fs::path(of.at.source->folder()) / named).lexically_normal();
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
      diagnostics_.add(of.at, fmt::format("there is no file {}", path.string()),
                       "name the journey's file; the path starts from the folder of this one");
      return std::nullopt;
    }
    auto source = Source::read(path.string());
    if (!source) {
      diagnostics_.add(of.at, source.error().to_string());
      return std::nullopt;
    }
    std::optional<Plan> plan = read_journey(*std::move(source), system_, diagnostics_);
    if (plan && count_contenders(*plan) < 2) {
      diagnostics_.add(of.at, fmt::format("in {} nobody contends, so there is no order", named),
                       "the journey needs `race: { contenders: 2 }`, or `together` with branches");
      return std::nullopt;
    }
    return plan;
  }

  std::optional<uint64_t> read_seed(const Node& node) {
    const auto seed = read_natural(node);
    if (!seed) {
      diagnostics_.add(node.at,
                       fmt::format("`seed` is a number from 0 on, this is {}", node.describe()),
                       "write a whole number without quotes");
    }
    return seed;
  }

  std::vector<size_t> read_order(const Node& node, size_t contenders) {
    std::vector<size_t> order;
    if (node.kind != Node::Kind::list || node.items.empty()) {
      diagnostics_.add(node.at,
                       fmt::format("`order` lists who goes on at each choice, this is {}",
                                   node.kind == Node::Kind::list ? "empty" : node.describe()),
                       "write the contenders by their numbers: [0, 1, 1, 0]");
      return order;
    }
    if (!check_count(node, node.items.size(), kMostChoices, "choices", diagnostics_)) return order;
    for (const Node& item : node.items) {
      const auto contender = read_natural(item);
      if (contender && *contender < contenders) {
        order.push_back(*contender);
      } else {
        diagnostics_.add(item.at, fmt::format("{} is none of those who contend", item.describe()),
                         fmt::format("there are {}: 0 to {}", contenders, contenders - 1));
      }
    }
    return order;
  }

  // Those of the journey and of this.
  void read_environments(const Node& node, Plan& plan) {
    const std::vector<std::string> in = read_texts(node, "`in`", diagnostics_);
    if (!plan.skip.empty() || std::ranges::find(in, system_.environment) != in.end()) return;
    plan.skip = fmt::format("it is played with --env {} alone", fmt::join(in, " or --env "));
  }

  const SystemSpec& system_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Plan> read_kept_order(std::shared_ptr<const Source> source, const SystemSpec& system,
                                    Diagnostics& diagnostics) {
  const std::optional<Node> root = read_yaml(std::move(source), diagnostics);
  if (!root) return std::nullopt;
  return KeptOrderReader(system, diagnostics).read(*root);
}

}  // namespace peregrine::lang
