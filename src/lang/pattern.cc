#include "lang/pattern.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "lang/fields.h"

namespace peregrine::lang {

using base::Value;

namespace {

constexpr std::array<std::string_view, 14> kKinds = {"any",  "bool",    "bytes", "email", "float",
                                                     "int",  "instant", "list",  "map",   "none",
                                                     "null", "number",  "text",  "uuid"};

std::optional<Pattern::Kinds> read_kinds(const Node& node, Diagnostics& diagnostics) {
  const std::string& text = node.text;
  if (text.size() < 3 || text.front() != '<' || text.back() != '>') return std::nullopt;
  const std::string_view inside = std::string_view(text).substr(1, text.size() - 2);
  const bool words = std::ranges::all_of(
      inside, [](char c) { return (c >= 'a' && c <= 'z') || c == '|' || c == '_'; });
  if (!words) return std::nullopt;  // text that merely looks so, as HTML does
  Pattern::Kinds kinds;
  for (std::string_view kind : base::split(inside, '|')) {
    if (std::ranges::find(kKinds, kind) == kKinds.end()) {
      diagnostics.add(node.at, fmt::format("there is no kind `<{}>`", kind),
                      suggestion(kind, {kKinds.begin(), kKinds.end()}));
    }
    kinds.names.emplace_back(kind);
  }
  return kinds;
}

Value read_limit(std::string_view text) {
  if (const auto duration = parse_duration(text)) return Value(*duration);
  if (const auto instant = base::parse_rfc3339(text)) return Value(*instant);
  Node scalar;
  scalar.kind = Node::Kind::scalar;
  scalar.text = std::string(text);
  return scalar_value(scalar);
}

bool has_order(const Value& value) {
  return value.is_number() || value.kind() == base::Kind::duration ||
         value.kind() == base::Kind::timestamp;
}

std::optional<Pattern::Compare> read_comparison(const Node& node, const Names& names,
                                                Diagnostics& diagnostics) {
  using By = Pattern::Compare::By;
  constexpr std::array<std::pair<std::string_view, By>, 5> kSigns = {{{"<=", By::at_most},
                                                                      {">=", By::at_least},
                                                                      {"!=", By::not_equal},
                                                                      {"<", By::less},
                                                                      {">", By::more}}};
  for (const auto& [sign, by] : kSigns) {
    if (!node.text.starts_with(sign)) continue;
    const std::string_view rest = base::trimmed(std::string_view(node.text).substr(sign.size()));
    if (rest.empty()) return std::nullopt;
    const bool spaced = node.text[sign.size()] == ' ';
    if (rest.contains("${")) {
      if (!spaced && !rest.starts_with("${")) return std::nullopt;
      const auto from = static_cast<size_t>(rest.data() - node.text.data());
      return Pattern::Compare{by, Template::compile(node, names, diagnostics, from), node.text};
    }
    Value limit = read_limit(rest);
    if (by != By::not_equal && !has_order(limit)) {
      if (!spaced) return std::nullopt;  // text that merely begins so, as HTML does
      diagnostics.add(
          node.at, fmt::format("`{}` is no number, length of time or instant", rest),
          fmt::format(
              "compare as in \">= 3\" or \"< 50ms\"; for the text itself write \"${{'{}'}}\"",
              node.text));
    }
    return Pattern::Compare{by, Template::of(std::move(limit)), node.text};
  }
  return std::nullopt;
}

std::optional<Pattern::Matches> read_regex(const Node& node, Diagnostics& diagnostics) {
  const std::string& text = node.text;
  if (text.size() < 2 || text.front() != '/' || text.back() != '/') return std::nullopt;
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto re = std::make_shared<const re2::RE2>(text.substr(1, text.size() - 2), options);
  if (text.contains("${")) {
    diagnostics.add(node.at, "a regular expression holds no `${}`",
                    "write it out; a value as a whole is compared by \"${name}\"");
  } else if (!re->ok()) {
    diagnostics.add(
        node.at, fmt::format("this is not a regular expression: {}", re->error()),
        fmt::format("RE2's syntax is read; for the text itself write \"${{'{}'}}\"", text));
  }
  return Pattern::Matches{std::move(re)};
}

std::optional<Pattern::StatusClass> read_status_class(const std::string& text) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '5' || text.substr(1) != "xx") {
    return std::nullopt;
  }
  return Pattern::StatusClass{text[0] - '0'};
}

// `${…}` alone: a predicate if it speaks of `this`, else a value to equal.
Pattern read_expression(const Node& node, const Piece& piece, const Names& names,
                        Diagnostics& diagnostics) {
  auto expression = compile_piece(node, piece, names, diagnostics, This::known);
  if (!expression) return {Pattern::Kinds{{"any", "none"}}, node.at};
  if (!expression->reads_this()) {
    return {Pattern::Equal{Template::of(*std::move(expression))}, node.at};
  }
  if (const Value* always = expression->constant()) {
    diagnostics.add(node.at,
                    fmt::format("`{}` is always {}, whatever `this` is", expression->text,
                                base::to_json(*always)),
                    "let it depend on `this`");
  } else if (!expression->may_be_bool()) {
    diagnostics.add(node.at, fmt::format("`{}` gives neither true nor false", expression->text),
                    "with `this` an expectation is a condition, as in ${this > 3}");
  }
  return {Pattern::Predicate{*std::move(expression)}, node.at};
}

Pattern read_scalar(const Node& node, const Names& names, Diagnostics& diagnostics) {
  const std::vector<Piece> pieces = split_pieces(node.text);
  if (pieces.size() == 1 && pieces[0].expression) {
    return read_expression(node, pieces[0], names, diagnostics);
  }
  if (auto kinds = read_kinds(node, diagnostics)) return {*std::move(kinds), node.at};
  if (auto regex = read_regex(node, diagnostics)) return {*std::move(regex), node.at};
  if (auto status = read_status_class(node.text)) return {*status, node.at};
  if (auto comparison = read_comparison(node, names, diagnostics)) {
    return {*std::move(comparison), node.at};
  }
  return {Pattern::Equal{Template::compile(node, names, diagnostics)}, node.at};
}

std::vector<Pattern> read_all(const Node& node, const Names& names, Diagnostics& diagnostics) {
  std::vector<Pattern> patterns;
  for (const Node& item : node.items) {
    patterns.push_back(Pattern::compile(item, names, diagnostics));
  }
  return patterns;
}

// A list of patterns, or an expression that gives a list of values.
Pattern::Several read_several(const Node& key, const Node& node, const Names& names,
                              Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::list) return {read_all(node, names, diagnostics), std::nullopt};
  const std::vector<Piece> pieces = split_pieces(node.text);
  if (node.kind == Node::Kind::scalar && pieces.size() == 1 && pieces[0].expression) {
    return {{}, Template::compile(node, names, diagnostics)};
  }
  diagnostics.add(node.at, fmt::format("`{}` takes a list, this is {}", key.text, node.describe()),
                  fmt::format("write it as {}: [a, b], or {}: \"${{list}}\"", key.text, key.text));
  return {};
}

Pattern::Exactly read_exactly(const Node& node, const Names& names, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::map) {
    diagnostics.add(node.at, fmt::format("`exactly` takes a map, this is {}", node.describe()),
                    "a list is matched exactly anyhow; write `exactly: { a: 1 }`");
  }
  Pattern::Members members;
  for (const auto& [key, value] : node.entries) {
    members.members.push_back({key.text, Pattern::compile(value, names, diagnostics)});
  }
  return {std::make_unique<Pattern>(Pattern{std::move(members), node.at})};
}

Pattern::AnyOf read_any(const Node& node, const Names& names, Diagnostics& diagnostics) {
  if (node.items.empty()) {
    diagnostics.add(node.at,
                    fmt::format("`any` is a list of what may be, this is {}", node.describe()),
                    "write it as any: [200, 204]");
  }
  return {read_all(node, names, diagnostics)};
}

// Whether a word is another but for one letter too many or too few, or for letters in another
// order.
bool is_slip_of(std::string_view word, std::string_view meant) {
  if (word.size() == meant.size()) return word != meant && std::ranges::is_permutation(word, meant);
  const auto [shorter, longer] =
      word.size() < meant.size() ? std::pair(word, meant) : std::pair(meant, word);
  if (longer.size() - shorter.size() != 1) return false;
  const auto [at, in_longer] = std::ranges::mismatch(shorter, longer);
  return std::equal(at, shorter.end(), in_longer + 1, longer.end());
}

// A part of an answer may have any name: only what takes what the matcher takes is told.
void check_slips(const Node& node, Diagnostics& diagnostics) {
  if (node.entries.size() != 1) return;
  const auto& [key, value] = node.entries.front();
  constexpr std::array<std::pair<std::string_view, Node::Kind>, 3> kMeant = {
      {{"unordered", Node::Kind::list},
       {"contains", Node::Kind::list},
       {"exactly", Node::Kind::map}}};
  for (const auto& [meant, takes] : kMeant) {
    if (value.kind != takes || !is_slip_of(key.text, meant)) continue;
    diagnostics.add(key.at, fmt::format("there is no matcher `{}`", key.text),
                    fmt::format("did you mean `{}`? A part of that name is written equals: {{ {}: "
                                "… }}",
                                meant, key.text));
  }
}

// A map with one matcher's key alone is that matcher.
std::optional<Pattern> read_matcher(const Node& node, const Names& names,
                                    Diagnostics& diagnostics) {
  if (node.entries.size() != 1) return std::nullopt;
  const auto& [key, value] = node.entries.front();
  auto inner = [&] {
    return std::make_unique<Pattern>(Pattern::compile(value, names, diagnostics));
  };
  if (key.text == "any") return Pattern{read_any(value, names, diagnostics), node.at};
  if (key.text == "not") return Pattern{Pattern::Not{inner()}, node.at};
  if (key.text == "every") return Pattern{Pattern::Every{inner()}, node.at};
  if (key.text == "exactly") return Pattern{read_exactly(value, names, diagnostics), node.at};
  if (key.text == "unordered") {
    return Pattern{Pattern::Unordered{read_several(key, value, names, diagnostics)}, node.at};
  }
  if (key.text == "contains") {
    return Pattern{Pattern::Contains{read_several(key, value, names, diagnostics)}, node.at};
  }
  if (key.text == "equals") {
    return Pattern{Pattern::Equals{Shape::compile(value, names, diagnostics)}, node.at};
  }
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> kind_names() { return kKinds; }

void Pattern::select(base::JsonSelection& selection) const {
  const auto* map = std::get_if<Members>(&form);
  if (!map) return selection.add_all();
  for (const Member& member : map->members) member.pattern.select(selection.member(member.key));
}

Pattern Pattern::compile(const Node& node, const Names& names, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::list) {
    return {Items{read_all(node, names, diagnostics)}, node.at};
  }
  if (node.kind == Node::Kind::map) {
    if (auto matcher = read_matcher(node, names, diagnostics)) return *std::move(matcher);
    check_slips(node, diagnostics);
    Members members;
    for (const auto& [key, value] : node.entries) {
      members.members.push_back({key.text, compile(value, names, diagnostics)});
    }
    return {std::move(members), node.at};
  }
  return read_scalar(node, names, diagnostics);
}

}  // namespace peregrine::lang
