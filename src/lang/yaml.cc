#include "lang/yaml.h"

#include <fmt/core.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <sstream>

#include "base/text.h"
#include "lang/yaml_mistake.h"
#include "lang/yaml_tree.h"

namespace peregrine::lang {

using base::Value;

namespace {

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

std::string Node::describe() const {
  switch (kind) {
    case Kind::null:
      return text.empty() ? "nothing" : fmt::format("`{}`", text);
    case Kind::list:
      return items.empty() ? "an empty list" : "a list";
    case Kind::map:
      return "a map";
    case Kind::scalar:
      break;
  }
  if (text.empty()) return "an empty text";
  return fmt::format("`{}`", base::shortened(text, 60));
}

Value scalar_value(const Node& node) {
  if (node.kind == Node::Kind::null) return Value();
  const std::string& text = node.text;
  if (node.quoted) return Value(text);
  if (text == "null") return Value();
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
  if (auto bad = find_bad_byte(source)) {
    diagnostics.add(bad->at, bad->message, bad->remedy);
    return std::nullopt;
  }
  std::istringstream stream{std::string(source->text())};
  YamlTree tree(source, diagnostics);
  YamlTree rest(source, diagnostics);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(tree)) {
      diagnostics.add({source, 0, 0, 1}, "the file is empty",
                      "a system begins with `system:`, a journey with `journey:`");
      return std::nullopt;
    }
    if (parser.HandleNextDocument(rest)) {
      const auto second = rest.take();
      diagnostics.add(second ? second->at : Place{source, 0, 0, 1},
                      "a second YAML document begins here",
                      "write one file for each; a line `---` begins the next");
    }
  } catch (const Abandoned&) {
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    const Diagnostic mistake = explain_yaml_mistake(
        e.msg, {source, e.mark.line + 1, e.mark.column + 1, 1}, tree.open_bracket());
    diagnostics.add(mistake.at, mistake.message, mistake.remedy);
    return std::nullopt;
  }
  return tree.take();
}

}  // namespace peregrine::lang
