// The tree of nodes from yaml-cpp's events, with what YAML allows and a journey does not: keys
// twice, merge keys, tags, `~`, aliases without a bound.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lang/yaml.h"

namespace peregrine::lang {

// Thrown inside of yaml-cpp's parser to leave it early, and caught by read_yaml(): the parser has
// no other way out.
struct Abandoned {};

class YamlTree final : public YAML::EventHandler {
 public:
  static constexpr size_t kMaxNodes = 100'000;     // also what aliases may grow a file to
  static constexpr size_t kMaxText = 16UL << 20U;  // of all scalars, in bytes
  static constexpr size_t kMaxDepth = 64;

  YamlTree(std::shared_ptr<const Source> source, Diagnostics& diagnostics)
      : source_(std::move(source)), diagnostics_(diagnostics) {}

  // The document's node, once it has been read.
  std::optional<Node> take();
  // The innermost `{` or `[` that is not closed yet.
  std::optional<Place> open_bracket() const;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Size {
    size_t nodes = 0;
    size_t text = 0;
  };
  struct Open {
    Node node;
    std::optional<Node> key;               // of the entry being read, in a map
    std::map<std::string, int> key_lines;  // of the entries before
    YAML::anchor_t anchor;
    Size before;
    bool flow;
  };
  struct Anchored {
    Node node;
    Size size;
    Place at;  // of the anchor itself
    bool used = false;
  };

  Place place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1, 1}; }
  Node make(Node::Kind kind, const YAML::Mark& mark);
  [[noreturn]] void give_up(const Place& at, std::string message, std::string remedy);
  void count(Size more, const Place& at);
  void check_tag(const std::string& tag, const Place& at);
  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style);
  void close();
  void complete(Node node, YAML::anchor_t anchor, const Place& begin);
  void add_to_parent(Node node);
  void check_key(Open& map, const Node& key);

  std::shared_ptr<const Source> source_;
  Diagnostics& diagnostics_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<Node> root_;
  Size size_;
};

}  // namespace peregrine::lang
