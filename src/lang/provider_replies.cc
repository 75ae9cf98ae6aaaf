// Replies, and what a request is required to be like.
#include <fmt/core.h>

#include "base/json.h"
#include "lang/expectation.h"
#include "lang/headers.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

size_t count_nodes(const Node& node) {
  size_t count = 1;
  for (const Node& item : node.items) count += count_nodes(item);
  for (const Node::Entry& entry : node.entries) count += count_nodes(entry.value);
  return count;
}

Template read_status(const Node& node, const Names& names, Diagnostics& diagnostics) {
  Template status = compile_text(
      node, "a status", "write a number from 200 to 599, as in status: 404", names, diagnostics);
  const base::Value* literal = status.literal();
  const bool number = literal && literal->kind() == base::Kind::int64;
  const bool fits = !literal || (number && literal->as_int() >= 200 && literal->as_int() <= 599);
  if (!fits && node.kind == Node::Kind::scalar) {
    diagnostics.add(node.at, fmt::format("{} is no status of an answer", node.describe()),
                    "write a number from 200 to 599, as in status: 404");
  }
  return status;
}

// What a shape always is; nothing if it has an expression.
std::optional<base::Value> literal_of(const Shape& shape) {
  if (const auto* scalar = std::get_if<Template>(&shape.form)) {
    return scalar->literal() ? std::optional(*scalar->literal()) : std::nullopt;
  }
  if (const auto* items = std::get_if<std::vector<Shape>>(&shape.form)) {
    base::List list;
    for (const Shape& item : *items) {
      auto value = literal_of(item);
      if (!value) return std::nullopt;
      list.push_back(*std::move(value));
    }
    return base::Value(std::move(list));
  }
  base::MapBuilder map;
  for (const Shape::Entry& entry : std::get<std::vector<Shape::Entry>>(shape.form)) {
    auto value = literal_of(entry.value);
    if (!value) return std::nullopt;
    map.set(entry.key, *std::move(value));
  }
  return base::Value(map.build());
}

void read_body(const Fields& keys, const Names& names, Diagnostics& diagnostics, Reply& reply) {
  std::string_view given;
  for (std::string_view key : {"json", "form", "text", "body"}) {
    const Node* node = keys[key];
    if (!node) continue;
    if (!given.empty()) {
      diagnostics.add(node->at,
                      fmt::format("a reply has one body; this one has `{}` and `{}`", given, key),
                      "leave one of them out");
    }
    given = key;
    if (key == "json") {
      Reply::Json json{Shape::compile(*node, names, diagnostics)};
      if (const auto always = literal_of(json.value)) json.constant = base::to_json(*always);
      reply.body = std::move(json);
    } else if (key == "form") {
      if (check_map(*node, "`form`", diagnostics)) {
        reply.body = Reply::Form{Shape::compile(*node, names, diagnostics)};
      }
    } else {
      Template text = compile_text(*node, fmt::format("`{}`", key),
                                   "write `json:` for a body of JSON", names, diagnostics);
      if (key == "text") reply.body = Reply::Text{std::move(text)};
      if (key == "body") reply.body = Reply::Body{std::move(text)};
    }
  }
}

ReplyPtr compile_reply(const Node& node, std::string name, const Names& names,
                       Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const Fields keys(node, "a reply", diagnostics,
                    {"status", "headers", "json", "form", "text", "body"});
  Reply reply;
  reply.name = std::move(name);
  reply.at = node.at;
  if (const Node* status = keys["status"]) reply.status = read_status(*status, names, diagnostics);
  if (const Node* headers = keys["headers"]) {
    reply.headers = compile_headers(*headers, names, diagnostics);
  }
  read_body(keys, names, diagnostics, reply);
  if (diagnostics.size() != before) return nullptr;
  return std::make_shared<const Reply>(std::move(reply));
}

// A reply that is named is compiled apart, so that its mistakes can tell who names it.
ReplyPtr compile_named(const Node& node, const std::string& name, const Scope& scope,
                       std::string_view why, ProviderReader& reader) {
  reader.reply_values += count_nodes(node);
  if (reader.reply_values > kMostReplyValues) {
    reader.diagnostics.add(
        node.at,
        fmt::format("the replies that routes name have more than {} values", kMostReplyValues),
        "name large replies less often");
    return nullptr;
  }
  Diagnostics found;
  ReplyPtr reply = compile_reply(node, name, scope.names, found);
  for (Diagnostic& mistake : found.sorted()) {
    const std::string_view line_end = mistake.remedy.empty() ? "" : "\n";
    reader.diagnostics.add(mistake.at, mistake.message,
                           fmt::format("{}{}{}", mistake.remedy, line_end, why));
  }
  return reply;
}

}  // namespace

ReplyPtr read_reply(const Node& node, const Scope& scope, std::string_view user,
                    ProviderReader& reader) {
  if (node.kind == Node::Kind::map) {
    return compile_reply(node, "", scope.names, reader.diagnostics);
  }
  const Node* named =
      node.kind == Node::Kind::scalar && reader.replies ? reader.replies->find(node.text) : nullptr;
  if (!named) {
    const bool text = node.kind == Node::Kind::scalar && !node.text.empty();
    reader.diagnostics.add(
        node.at,
        text ? fmt::format("there is no reply `{}`", node.text)
             : fmt::format("a reply is a map or a name, this is {}", node.describe()),
        text && reader.replies ? suggestion(node.text, reader.reply_names())
                               : "write it as { status: 200, json: { ok: true } }, or under "
                                 "`replies:` and its name here");
    return nullptr;
  }
  reader.used_replies.insert(node.text);
  const std::string why = fmt::format("here it answers {} (line {})", user, node.at.line);
  return compile_named(*named, node.text, scope, why, reader);
}

ReplyPtr read_common_reply(const Node& node, std::string_view user, ProviderReader& reader) {
  return read_reply(node, reader.request, user, reader);
}

void declare_replies(const Node& node, ProviderReader& reader) {
  if (!check_map(node, "`replies`", reader.diagnostics)) return;
  if (!check_count(node, node.entries.size(), kMostReplies, "replies", reader.diagnostics)) return;
  reader.replies = &node;
  for (const auto& [key, value] : node.entries) {
    check_identifier(key, "a reply", reader.diagnostics);
    reader.spec.replies.push_back({key.text, key.at, nullptr});
  }
}

void finish_replies(ProviderReader& reader) {
  for (NamedReply& reply : reader.spec.replies) {
    if (reader.diagnostics.full()) return;
    const Node& node = *reader.replies->find(reply.name);
    if (!reader.used_replies.contains(reply.name)) {
      reply.anywhere =
          compile_named(node, reply.name, reader.request,
                        "no route names this reply: it sees what every request brings", reader);
      continue;
    }
    Diagnostics unheard;  // some route names it, and has what it needs
    reply.anywhere = compile_reply(node, reply.name, reader.request.names, unheard);
  }
}

Requirement read_requirement(const Node& node, std::string_view what, const Scope& scope,
                             ProviderReader& reader) {
  Requirement requirement{.at = node.at, .parts = {}, .otherwise = nullptr};
  std::vector<std::string_view> known(kRequestParts.begin(), kRequestParts.end());
  known.push_back("else");
  const Fields keys(node, what, reader.diagnostics, known);
  for (size_t i = 0; i < kRequestParts.size(); ++i) {
    const Node* part = keys[kRequestParts[i]];
    if (!part) continue;
    requirement.parts.emplace_back(
        static_cast<RequestPart>(i),
        compile_expectation(kRequestParts[i], *part, scope.names, reader.diagnostics));
  }
  if (requirement.parts.empty() && node.kind == Node::Kind::map) {
    reader.diagnostics.add(node.at, fmt::format("{} asks for nothing", what),
                           "name a part of the request: headers: { authorization: /^Bearer / }");
  }
  if (const Node* otherwise = keys.required("else", "it names the reply to other requests")) {
    requirement.otherwise = read_reply(*otherwise, scope, what, reader);
  }
  return requirement;
}

}  // namespace peregrine::lang
