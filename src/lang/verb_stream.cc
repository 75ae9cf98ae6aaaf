// open, send, receive, close: WebSockets and streams of server-sent events.
#include <fmt/core.h>

#include <algorithm>

#include "lang/request_reader.h"
#include "lang/step_reader.h"

namespace peregrine::lang {

namespace {

using Kind = OpenAction::Kind;

// What is known of a stream from the steps that open it.
std::map<Slot, StreamFacts>& facts(const VerbContext& context) {
  return context.steps.compilation().streams;
}

// `stream: s`, from here on known by that name.
void read_name(const VerbContext& context, OpenAction& action) {
  const Node* node =
      context.fields.required("stream",
                              "it is the name by which `send`, `receive` and `close` "
                              "speak of it: `stream: s`");
  if (!node) return;
  if (node->kind != Node::Kind::scalar || !is_identifier(node->text)) {
    context.diagnostics.add(node->at,
                            fmt::format("`stream` is a name, this is {}", node->describe()),
                            fmt::format("{}: `stream: s`", kIdentifierRule));
    return;
  }
  action.name = node->text;
  action.stream = context.names.open_stream(action.name);
}

std::optional<Kind> read_kind(const VerbContext& context) {
  const Node* node = context.fields["kind"];
  if (!node) return std::nullopt;
  if (node->kind == Node::Kind::scalar && node->text == "websocket") return Kind::websocket;
  if (node->kind == Node::Kind::scalar && node->text == "events") return Kind::events;
  context.diagnostics.add(
      node->at, fmt::format("`kind` is websocket or events, this is {}", node->describe()),
      "server-sent events are `kind: events`; without it a path is a WebSocket");
  return std::nullopt;
}

// The stream that `send`, `receive` or `close` names; it has to be opened before.
template <class Named>
void find_stream(const VerbContext& context, Named& action) {
  const Node& node = context.argument;
  if (node.kind != Node::Kind::scalar || !is_identifier(node.text)) {
    context.diagnostics.add(
        node.at,
        fmt::format("`{}` takes the name of a stream, this is {}", context.verb, node.describe()),
        fmt::format("write it as `{}: s`", context.verb));
    return;
  }
  action.name = node.text;
  if (const auto slot = context.names.find_stream(node.text)) {
    action.stream = *slot;
    const auto known = facts(context).find(*slot);
    if (known != facts(context).end()) context.lacks = known->second.lacks;
    return;
  }
  std::vector<std::string_view> known;
  for (const auto& [name, slot] : context.names.streams()) known.push_back(name);
  const bool in_part = !context.steps.compilation().parts.empty();
  context.diagnostics.add(
      node.at, fmt::format("no stream `{}` is opened before this", node.text),
      known.empty() ? fmt::format("open it first: `open: /path` with `stream: {}`{}", node.text,
                                  in_part ? "; a part knows its own streams alone" : "")
                    : suggestion(node.text, known));
}

}  // namespace

Action compile_open(const VerbContext& context) {
  static constexpr std::string_view kSchemes[] = {"http", "https", "ws", "wss"};
  OpenAction action{};
  action.handshake = read_request(context, "GET", kSchemes);
  read_name(context, action);
  action.kind = read_kind(context);
  const std::string_view text = context.argument.text;
  const bool socket_url = text.starts_with("ws://") || text.starts_with("wss://");
  if (action.kind == Kind::events && socket_url) {
    context.diagnostics.add(context.argument.at, "a stream of events has no URL of ws",
                            "write http:// or https://, or leave `kind: events` out");
  }
  if (action.name.empty()) return action;
  const bool events =
      action.kind == Kind::events ||
      (!action.kind && (text.starts_with("http://") || text.starts_with("https://")));
  StreamFacts& known = facts(context).try_emplace(action.stream).first->second;
  known.events = known.events && events;
  known.lacks = context.lacks;
  return action;
}

Action compile_send(const VerbContext& context) {
  SendAction action{};
  find_stream(context, action);
  const auto known = facts(context).find(action.stream);
  if (!action.name.empty() && known != facts(context).end() && known->second.events) {
    context.diagnostics.add(
        context.argument.at,
        fmt::format("`{}` is a stream of events: it only receives", action.name),
        "send a request, as in `post: /path`");
  }
  std::string_view given;
  for (std::string_view key : {"text", "json", "body"}) {
    const Node* node = context.fields[key];
    if (!node) continue;
    if (!given.empty()) {
      context.diagnostics.add(
          node->at, fmt::format("a message is one thing; this one has `{}` and `{}`", given, key),
          "leave one of them out");
    }
    given = key;
    if (key == "json" && node->kind == Node::Kind::null && node->text.empty()) {
      context.diagnostics.add(node->at, "`json` is a value, this is nothing",
                              "write the message; JSON's null is `json: null`");
    } else if (key == "json") {
      action.json = Shape::compile(*node, context.names, context.diagnostics);
    } else {
      (key == "text" ? action.text : action.body) =
          compile_text(*node, fmt::format("`{}`", key), "write `json:` for a message of JSON",
                       context.names, context.diagnostics);
    }
  }
  if (given.empty() && context.fields.node().kind == Node::Kind::map) {
    context.diagnostics.add(context.fields.node().at, "`send` says nothing",
                            "say what is sent: `text:`, `json:`, or `body:` for bytes");
  }
  return action;
}

Action compile_receive(const VerbContext& context) {
  ReceiveAction action{};
  find_stream(context, action);
  return action;
}

Action compile_close(const VerbContext& context) {
  CloseAction action{};
  find_stream(context, action);
  return action;
}

}  // namespace peregrine::lang
