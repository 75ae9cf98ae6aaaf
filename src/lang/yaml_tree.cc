#include "lang/yaml_tree.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace peregrine::lang {

std::optional<Node> YamlTree::take() {
  for (const auto& [id, anchored] : anchors_) {
    const bool scalar = anchored.node.kind == Node::Kind::scalar;
    if (anchored.used || !(scalar || anchored.node.kind == Node::Kind::null)) continue;
    const std::string_view line = source_->line(anchored.at.line);
    std::string_view written =
        line.substr(std::min<size_t>(static_cast<size_t>(anchored.at.column - 1), line.size()));
    written = written.substr(0, written.find_first_of(" ,]}"));
    Place place = anchored.at;
    place.length = static_cast<int>(std::max<size_t>(written.size(), 1));
    diagnostics_.add(place,
                     fmt::format("YAML takes `{}` for an anchor, and no alias names it", written),
                     "quote a value that begins with `&`");
  }
  return std::move(root_);
}

std::optional<Place> YamlTree::open_bracket() const {
  for (auto open = stack_.rbegin(); open != stack_.rend(); ++open) {
    if (open->flow) return open->node.at;
  }
  return std::nullopt;
}

// yaml-cpp takes `~`, `Null` and `NULL` for null as it does nothing at all, whose mark is that of
// whatever comes next.
void YamlTree::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node = make(Node::Kind::null, mark);
  const std::string_view rest = source_->text().substr(
      std::min(source_->offset(mark.line + 1, mark.column + 1), source_->text().size()));
  for (std::string_view word : {"null", "Null", "NULL", "~"}) {
    if (!rest.starts_with(word)) continue;
    node.at.length = static_cast<int>(word.size());
    node.text = word;
    // A key `null:` begins so too, behind a value that is empty.
    const std::string_view after = rest.substr(word.size());
    if (after.starts_with(':')) node.text.clear();
  }
  if (node.text.empty()) {
    const size_t at =
        source_->text().find_last_not_of(" \t\r\n", source_->text().size() - rest.size() - 1);
    const bool first = rest.size() == source_->text().size() || at == std::string_view::npos;
    std::tie(node.at.line, node.at.column) = source_->line_and_column(first ? 0 : at);
  } else if (node.text != "null") {
    diagnostics_.add(node.at, fmt::format("YAML takes `{}` for null", node.text),
                     fmt::format("write `null`, or quote the text: \"{}\"", node.text));
  }
  complete(std::move(node), anchor, place(mark));
}

void YamlTree::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    give_up(place(mark), "an alias inside the very node it names", "write the value out");
  }
  found->second.used = true;
  count(found->second.size, place(mark));
  add_to_parent(found->second.node);
}

void YamlTree::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        const std::string& value) {
  Node node = make(Node::Kind::scalar, mark);
  count({0, value.size()}, node.at);
  node.text = value;
  node.quoted = tag == "!";
  node.at.length = static_cast<int>(std::max<size_t>(value.size() + (node.quoted ? 2 : 0), 1));
  check_tag(tag, node.at);
  // The mark is that of an anchor before the value.
  if (anchor != 0) {
    const std::string_view text = source_->text();
    size_t at = source_->offset(node.at.line, node.at.column);
    while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
      at = std::min(text.find_first_of(" \t\r\n", at), text.size());
      at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    }
    std::tie(node.at.line, node.at.column) = source_->line_and_column(at);
  }
  complete(std::move(node), anchor, place(mark));
}

void YamlTree::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  open(Node::Kind::list, mark, tag, anchor, style);
}

void YamlTree::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          YAML::EmitterStyle::value style) {
  open(Node::Kind::map, mark, tag, anchor, style);
}

Node YamlTree::make(Node::Kind kind, const YAML::Mark& mark) {
  count({1, 0}, place(mark));
  Node node;
  node.kind = kind;
  node.at = place(mark);
  return node;
}

void YamlTree::give_up(const Place& at, std::string message, std::string remedy) {
  diagnostics_.add(at, std::move(message), std::move(remedy));
  throw Abandoned{};
}

void YamlTree::count(Size more, const Place& at) {
  size_.nodes += more.nodes;
  size_.text += more.text;
  if (size_.nodes > kMaxNodes) {
    give_up(at, fmt::format("more than {} values; an alias counts as all it stands for", kMaxNodes),
            "split the file");
  }
  if (size_.text > kMaxText) {
    give_up(at,
            fmt::format("more than {} MiB of text; an alias counts as all it stands for",
                        kMaxText >> 20),
            "split the file");
  }
}

// A plain scalar has the tag "?", a quoted one "!".
void YamlTree::check_tag(const std::string& tag, const Place& at) {
  if (tag.empty() || tag == "!" || tag == "?") return;
  const std::string_view line = source_->line(at.line);
  const size_t begin = std::min(static_cast<size_t>(at.column - 1), line.size());
  std::string_view written = line.substr(begin);
  written = written.substr(0, written.find_first_of(" ,]}"));
  Place place = at;
  place.length = static_cast<int>(std::max<size_t>(written.size(), 1));
  diagnostics_.add(place, fmt::format("YAML takes `{}` for a tag, and tags are not read", written),
                   "quote a value that begins with `!`");
}

void YamlTree::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                    YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  const Size before = size_;
  if (stack_.size() >= kMaxDepth) {
    give_up(place(mark), fmt::format("values inside of values, more than {} deep", kMaxDepth),
            "make it flatter");
  }
  Node node = make(kind, mark);
  check_tag(tag, node.at);
  stack_.push_back(
      {std::move(node), std::nullopt, {}, anchor, before, style == YAML::EmitterStyle::Flow});
}

void YamlTree::close() {
  Open done = std::move(stack_.back());
  stack_.pop_back();
  if (done.anchor != 0) {
    const Size size{size_.nodes - done.before.nodes, size_.text - done.before.text};
    count(size, done.node.at);
    anchors_[done.anchor] = {done.node, size, done.node.at};
  }
  add_to_parent(std::move(done.node));
}

void YamlTree::complete(Node node, YAML::anchor_t anchor, const Place& begin) {
  if (anchor != 0) anchors_[anchor] = {node, {1, node.text.size()}, begin};
  add_to_parent(std::move(node));
}

void YamlTree::add_to_parent(Node node) {
  if (stack_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = stack_.back();
  if (parent.node.kind == Node::Kind::list) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.key) {
    check_key(parent, node);
    parent.key = std::move(node);
  } else {
    parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
    parent.key.reset();
  }
}

void YamlTree::check_key(Open& map, const Node& key) {
  if (key.kind != Node::Kind::scalar) {
    diagnostics_.add(key.at, fmt::format("{} cannot be a key", key.describe()),
                     "quote a key that begins with `{` or `[`, holds `${` or reads `null`");
    return;
  }
  if (key.text == "<<" && !key.quoted) {
    diagnostics_.add(key.at, "merge keys (`<<`) are not read", "write the keys out");
    return;
  }
  if (key.text.contains("${")) {
    diagnostics_.add(key.at, fmt::format("`{}` stands in a key", key.text),
                     "expressions stand in values only");
    return;
  }
  const auto [earlier, fresh] = map.key_lines.emplace(key.text, key.at.line);
  if (fresh) return;
  diagnostics_.add(key.at, fmt::format("the key `{}` stands here twice", key.text),
                   fmt::format("it stands in line {} too; keep one", earlier->second));
}

}  // namespace peregrine::lang
