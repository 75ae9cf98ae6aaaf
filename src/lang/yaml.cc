#include "lang/yaml.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <map>
#include <sstream>

#include "base/text.h"

namespace peregrine::lang {

using base::Value;

namespace {

constexpr size_t kMaxNodes = 100'000;  // also what aliases may grow a file to
constexpr size_t kMaxDepth = 64;

// Thrown inside yaml-cpp's parser to leave it early, and caught below: it has no other way out.
struct Abandoned {};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const Source> source, Diagnostics& diagnostics)
      : source_(std::move(source)), diagnostics_(diagnostics) {}

  std::optional<Node> take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    complete(make(Node::Kind::null, mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      give_up(mark, "an alias inside the very node it names", "write the value out");
    }
    count(found->second.size, mark);
    complete(found->second.node, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(Node::Kind::scalar, mark);
    node.text = value;
    node.quoted = tag == "!";
    if (tag != "!" && tag != "?" && !tag.empty()) {
      diagnostics_.add(node.at, fmt::format("the tag `{}` is not read", tag),
                       "quote a value that begins with `!`");
    }
    node.at.length = static_cast<int>(std::max<size_t>(value.size() + (node.quoted ? 2 : 0), 1));
    complete(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::optional<Node> key;  // of the entry being read, in a map
    YAML::anchor_t anchor;
    size_t size_before;
  };
  struct Anchored {
    Node node;
    size_t size;
  };

  Place place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1, 1}; }

  Node make(Node::Kind kind, const YAML::Mark& mark) {
    count(1, mark);
    Node node;
    node.kind = kind;
    node.at = place(mark);
    return node;
  }

  [[noreturn]] void give_up(const YAML::Mark& mark, std::string message, std::string remedy) {
    diagnostics_.add(place(mark), std::move(message), std::move(remedy));
    throw Abandoned{};
  }

  void count(size_t nodes, const YAML::Mark& mark) {
    nodes_ += nodes;
    if (nodes_ > kMaxNodes) {
      give_up(mark,
              fmt::format("more than {} values, aliases counted as what they stand for", kMaxNodes),
              "split the file, or read large data with csv(path)");
    }
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    const size_t before = nodes_;
    if (stack_.size() >= kMaxDepth) {
      give_up(mark, fmt::format("nested deeper than {} levels", kMaxDepth), "");
    }
    stack_.push_back({make(kind, mark), std::nullopt, anchor, before});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    const size_t size = nodes_ - done.size_before;
    if (done.anchor) anchors_[done.anchor] = {done.node, size};
    complete(std::move(done.node), 0);
  }

  void complete(Node node, YAML::anchor_t anchor) {
    if (anchor) anchors_[anchor] = {node, 1};
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      check_key(parent.node, node);
      parent.key = std::move(node);
    } else {
      parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  void check_key(const Node& map, const Node& key) {
    if (key.kind != Node::Kind::scalar) {
      diagnostics_.add(key.at, fmt::format("{} cannot be a key", key.describe()),
                       "quote a value that begins with `{` or `[`, or holds `${`");
      return;
    }
    if (key.text == "<<" && !key.quoted) {
      diagnostics_.add(key.at, "merge keys (`<<`) are not read",
                       "write the keys out, or use a part for steps that repeat");
      return;
    }
    for (const auto& [earlier, value] : map.entries) {
      if (earlier.text == key.text) {
        diagnostics_.add(key.at, fmt::format("the key `{}` stands here twice", key.text),
                         fmt::format("it stands in line {} too; keep one", earlier.at.line));
        return;
      }
    }
  }

  std::shared_ptr<const Source> source_;
  Diagnostics& diagnostics_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<Node> root_;
  size_t nodes_ = 0;
};

// What to write instead, for the mistakes that YAML makes easy.
std::string remedy_for(std::string_view line) {
  const std::string_view text = base::trimmed(line);
  if (line.starts_with('\t') || line.substr(0, line.find_first_not_of(" \t")).contains('\t')) {
    return "indent with spaces: YAML does not allow tabs";
  }
  const size_t dollar = text.find("${");
  if (dollar != std::string_view::npos && (dollar == 0 || text[dollar - 1] != '"')) {
    return "quote a value that holds `${` inside braces: \"${…}\"";
  }
  const size_t colon = text.find(": ");
  if (colon != std::string_view::npos && text.find(": ", colon + 2) != std::string_view::npos) {
    return "quote a value that holds `: `";
  }
  return "";
}

bool is_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_decimal(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos || !is_integer(text.substr(0, point))) return false;
  const std::string_view fraction = text.substr(point + 1);
  return !fraction.empty() && fraction.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

std::vector<std::string_view> Node::keys() const {
  std::vector<std::string_view> result;
  for (const Entry& entry : entries) result.push_back(entry.key.text);
  return result;
}

std::string_view Node::describe() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::scalar:
      break;
  }
  switch (scalar_value(*this).kind()) {
    case base::Kind::null:
      return "null";
    case base::Kind::boolean:
      return "true or false";
    case base::Kind::text:
      return "text";
    default:
      return "a number";
  }
}

Value scalar_value(const Node& node) {
  if (node.kind == Node::Kind::null) return Value();
  const std::string& text = node.text;
  if (node.quoted) return Value(text);
  if (text == "null" || text == "~" || text.empty()) return Value();
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  if (is_integer(text)) {
    int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec == std::errc()) return Value(number);
  }
  if (is_integer(text) || is_decimal(text)) {
    if (auto exact = base::Decimal::parse(text)) return Value(*exact);
  }
  return Value(text);
}

std::optional<Node> read_yaml(std::shared_ptr<const Source> source, Diagnostics& diagnostics) {
  std::istringstream stream{std::string(source->text())};
  TreeBuilder builder(source, diagnostics);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      diagnostics.add({source, 0, 0, 1}, "the file is empty", "");
      return std::nullopt;
    }
    TreeBuilder rest(source, diagnostics);
    if (parser.HandleNextDocument(rest)) {
      diagnostics.add({source, 0, 0, 1}, "the file holds more than one YAML document",
                      "keep one; `---` begins the next");
    }
  } catch (const Abandoned&) {
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    const Place at{source, e.mark.line + 1, e.mark.column + 1, 1};
    diagnostics.add(at, fmt::format("this is not valid YAML: {}", e.msg),
                    remedy_for(source->line(at.line)));
    return std::nullopt;
  }
  return builder.take();
}

}  // namespace peregrine::lang
