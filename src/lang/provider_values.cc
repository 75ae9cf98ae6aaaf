// Values of fields and inputs: kinds that must be given, and defaults.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

constexpr size_t kRoundShown = 300;

// What stands in `<…>`, if this is written so; text that merely looks so, as HTML does, is not.
std::optional<std::string_view> inside_of_kind(const Node& node) {
  const std::string_view text = node.text;
  if (node.kind != Node::Kind::scalar || text.size() < 3) return std::nullopt;
  if (text.front() != '<' || text.back() != '>') return std::nullopt;
  const std::string_view inside = text.substr(1, text.size() - 2);
  for (std::string_view word : base::split(inside, '|')) {
    if (!is_identifier(word)) return std::nullopt;
  }
  return inside;
}

std::optional<GivenKind> read_kind(const Node& node, const ProviderReader& reader) {
  const auto inside = inside_of_kind(node);
  if (!inside) return std::nullopt;
  GivenKind kind;
  for (std::string_view word : base::split(*inside, '|')) {
    const auto known = kind_names();
    if (const auto resource = reader.spec.find_resource(word)) {
      kind.references.push_back(*resource);
    } else if (word == "none" || word == "null") {
      kind.optional = true;
    } else if (std::ranges::find(known, word) != known.end()) {
      kind.names.emplace_back(word);
    } else {
      std::vector<std::string_view> all = reader.spec.resource_names();
      all.insert(all.end(), known.begin(), known.end());
      reader.diagnostics.add(node.at, fmt::format("`<{}>` is neither a kind nor a resource", word),
                             suggestion(word, std::move(all)));
    }
  }
  return kind;
}

// A kind is a field's whole value: what is inside of a default is literal.
void check_nested(const Node& node, Diagnostics& diagnostics) {
  if (inside_of_kind(node)) {
    diagnostics.add(node.at, fmt::format("`{}` stands inside of a default", node.text),
                    "a kind is the whole value of a field: write <map> or <list> for all of it");
  }
  for (const Node& item : node.items) check_nested(item, diagnostics);
  for (const Node::Entry& entry : node.entries) check_nested(entry.value, diagnostics);
}

// Finds fields whose defaults need each other.
class DefaultGraph {
 public:
  DefaultGraph(const Node& fields, const Node* id, Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {
    if (id) add("id", *id, id->at);
    for (const auto& [key, value] : fields.entries) {
      if (!inside_of_kind(value)) add(key.text, value, key.at);
    }
  }

  void check() {
    for (auto& [name, default_] : defaults_) visit(name, default_);
  }

 private:
  struct Default {
    Place at;
    std::vector<MemberRead> reads;
    enum { fresh, open, done } mark = fresh;
  };

  void add(const std::string& name, const Node& value, const Place& at) {
    Default& added = defaults_[name];
    added.at = at;
    added.reads = members_read(value, "this");
  }

  void visit(const std::string& name, Default& default_) {
    if (default_.mark != Default::fresh) return;
    default_.mark = Default::open;
    path_.push_back(name);
    for (const MemberRead& read : default_.reads) follow(name, read);
    path_.pop_back();
    default_.mark = Default::done;
  }

  void follow(const std::string& name, const MemberRead& read) {
    if (read.member.empty()) {
      diagnostics_.add(read.at, fmt::format("`{}` needs all of `this`, itself too", name),
                       "name the fields that it needs: this.amount");
      return;
    }
    const auto found = defaults_.find(read.member);
    if (found == defaults_.end()) return;
    if (found->second.mark == Default::open) return report(read);
    visit(found->first, found->second);
  }

  void report(const MemberRead& read) {
    const auto first = std::ranges::find(path_, read.member);
    std::string round;
    for (auto at = first; at != path_.end(); ++at) {
      const std::string& needed = at + 1 == path_.end() ? read.member : *(at + 1);
      round += fmt::format("{}`{}` needs `{}`", round.empty() ? "" : ", ", *at, needed);
    }
    diagnostics_.add(
        read.at, "a default that needs itself",
        fmt::format("{}; give one of them another value", base::shortened(round, kRoundShown)));
  }

  Diagnostics& diagnostics_;
  std::map<std::string, Default, std::less<>> defaults_;
  std::vector<std::string> path_;
};

}  // namespace

FieldValue read_field_value(const Node& node, const Names& names, ProviderReader& reader) {
  if (auto kind = read_kind(node, reader)) return *std::move(kind);
  check_nested(node, reader.diagnostics);
  return Shape::compile(node, names, reader.diagnostics);
}

void check_defaults(const Node& fields, const Node* id, ProviderReader& reader) {
  DefaultGraph(fields, id, reader.diagnostics).check();
}

}  // namespace peregrine::lang
