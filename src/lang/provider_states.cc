// `states`: what may become of a field's value.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "lang/named.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

std::vector<std::string> read_next(const Node& node, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::list && node.items.empty()) return {};
  if (node.kind != Node::Kind::list) {
    diagnostics.add(
        node.at, fmt::format("the states that may follow are a list, this is {}", node.describe()),
        "write them in brackets: active: [past_due, canceled]");
    return {};
  }
  return read_texts(node, "a state", diagnostics);
}

StateGraph read_graph(const Node::Entry& entry, size_t field, Diagnostics& diagnostics) {
  StateGraph graph{.field = field, .at = entry.key.at, .steps = {}, .otherwise = nullptr};
  const Node& node = entry.value;
  if (node.kind != Node::Kind::map) {
    diagnostics.add(
        node.at,
        fmt::format("the states of `{}` are a map, this is {}", entry.key.text, node.describe()),
        "say what may follow each: { active: [past_due, canceled] }");
    return graph;
  }
  for (const auto& [from, to] : node.entries) {
    graph.steps.push_back({from.text, from.at, read_next(to, diagnostics)});
  }
  return graph;
}

// One graph, and what the file gives its field.
class GraphCheck {
 public:
  GraphCheck(size_t resource, const StateGraph& graph, ProviderReader& reader)
      : index_(resource),
        resource_(reader.spec.resources[resource]),
        graph_(graph),
        reader_(reader) {
    for (const auto& [from, at, to] : graph.steps) {
      sources_.insert(from);
      targets_.insert(to.begin(), to.end());
    }
  }

  void check() {
    if (graph_.steps.empty()) return;
    check_initial();
    bool told = !reader_.dynamic[index_];  // all that it is ever given is written in the file
    for (const Assigned& assigned : reader_.assigned) {
      if (assigned.resource != index_ || assigned.field != graph_.field) continue;
      told = told && assigned.value.has_value();
      if (assigned.value) check_assigned(assigned);
    }
    if (told) check_sources();
  }

 private:
  bool known(const std::string& state) const {
    return sources_.contains(state) || targets_.contains(state);
  }

  std::vector<std::string_view> states() const {
    std::set<std::string_view> all(sources_.begin(), sources_.end());
    all.insert(targets_.begin(), targets_.end());
    return {all.begin(), all.end()};
  }

  // The field's default, if it is one that can be told.
  const base::Value* initial() const {
    const auto* shape = std::get_if<Shape>(&resource_.fields[graph_.field].value);
    const auto* scalar = shape ? std::get_if<Template>(&shape->form) : nullptr;
    return scalar ? scalar->literal() : nullptr;
  }

  void check_initial() {
    const base::Value* value = initial();
    if (!value || value->is_null() || known(to_text(*value))) return;
    const Field& field = resource_.fields[graph_.field];
    reader_.diagnostics.add(
        field.at,
        fmt::format("`{}` begins as `{}`, which is no state", field.name, to_text(*value)),
        suggestion(to_text(*value), states()));
  }

  void check_assigned(const Assigned& assigned) {
    const std::string& value = *assigned.value;
    if (assigned.creates ? known(value) : targets_.contains(value)) return;
    const std::string& field = resource_.fields[graph_.field].name;
    if (known(value)) {
      reader_.diagnostics.add(assigned.at,
                              fmt::format("no state of `{}` leads to `{}`", field, value),
                              "name it in `states`, behind one that it may follow");
    } else {
      reader_.diagnostics.add(assigned.at, fmt::format("`{}` is no state of `{}`", value, field),
                              suggestion(value, states()));
    }
  }

  // A state that nothing begins with, leads to or sets.
  void check_sources() {
    for (const auto& [from, at, to] : graph_.steps) {
      const base::Value* value = initial();
      if (!value || to_text(*value) == from || targets_.contains(from)) continue;
      const bool set = std::ranges::any_of(reader_.assigned, [&](const Assigned& assigned) {
        return assigned.resource == index_ && assigned.field == graph_.field &&
               assigned.value == from;
      });
      if (set) continue;
      reader_.diagnostics.add(at, fmt::format("nothing is ever `{}`", from),
                              suggestion(from, others(from)));
    }
  }

  std::vector<std::string_view> others(std::string_view state) const {
    std::vector<std::string_view> all = states();
    std::erase(all, state);
    return all;
  }

  size_t index_;
  const Resource& resource_;
  const StateGraph& graph_;
  ProviderReader& reader_;
  std::set<std::string> sources_;
  std::set<std::string> targets_;
};

}  // namespace

void read_states(const Node& node, size_t index, ProviderReader& reader) {
  Resource& resource = reader.spec.resources[index];
  if (!check_map(node, "`states`", reader.diagnostics)) return;
  ReplyPtr otherwise;
  if (const Node* name = node.find("else")) {
    otherwise = read_common_reply(*name, "`states`", reader);
  } else {
    reader.diagnostics.add(node.at, "`states` needs `else:`",
                           "it names the reply to a change that no state allows");
  }
  for (const Node::Entry& entry : node.entries) {
    if (entry.key.text == "else") continue;
    const auto field = resource.find_field(entry.key.text);
    if (!field) {
      reader.diagnostics.add(entry.key.at,
                             fmt::format("`{}` has no field `{}`", resource.name, entry.key.text),
                             suggestion(entry.key.text, names_of(resource.fields)));
      continue;
    }
    StateGraph graph = read_graph(entry, *field, reader.diagnostics);
    graph.otherwise = otherwise;
    resource.states.push_back(std::move(graph));
  }
}

void check_states(ProviderReader& reader) {
  for (size_t i = 0; i < reader.spec.resources.size(); ++i) {
    for (const StateGraph& graph : reader.spec.resources[i].states) {
      GraphCheck(i, graph, reader).check();
    }
  }
}

}  // namespace peregrine::lang
