#include "lang/provider_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "lang/bare_expression.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

constexpr size_t kMostHosts = 100;

class FileReader {
 public:
  FileReader(ProviderSpec& spec, Diagnostics& diagnostics)
      : spec_(spec), diagnostics_(diagnostics), reader_{.spec = spec, .diagnostics = diagnostics} {}

  void read(const Node& root) {
    const Fields keys(root, "a provider", diagnostics_,
                      {"provider", "hosts", "secrets", "auth", "idempotency", "resources", "routes",
                       "replies", "actions", "webhooks", "sms"},
                      {"from", "record"});
    if (const Node* name = keys.required("provider", "begin it with `provider: name`")) {
      read_name(*name);
    }
    if (const Node* hosts = keys["hosts"]) read_hosts(*hosts);
    if (const Node* resources = keys["resources"]) announce(*resources);
    reader_.base.declare("secrets");
    reader_.base.names.close("secrets", {});
    reader_.base.names.allow_expand();
    if (const Node* secrets = keys["secrets"]) read_secrets(*secrets);
    // What is named anywhere, before what names it.
    if (const Node* resources = keys["resources"]) declare_resources(*resources, reader_);
    declare_request();
    if (const Node* replies = keys["replies"]) declare_replies(*replies, reader_);
    if (const Node* resources = keys["resources"]) read_resources(*resources, reader_);
    if (const Node* auth = keys["auth"]) {
      spec_.auth = read_requirement(*auth, "`auth`", reader_.request, reader_);
    }
    if (const Node* idempotency = keys["idempotency"]) read_idempotency(*idempotency, reader_);
    if (const Node* routes = keys["routes"]) read_routes(*routes, reader_);
    if (const Node* actions = keys["actions"]) read_actions(*actions, reader_);
    if (const Node* webhooks = keys["webhooks"]) read_webhooks(*webhooks, reader_);
    if (const Node* sms = keys["sms"]) {
      spec_.sms = compile_bare(*sms, "sms", "messages.map(m, {'to': m.to, 'text': m.body})",
                               reader_.base.names, diagnostics_);
    }
    finish_replies(reader_);
    check_states(reader_);
  }

 private:
  void read_name(const Node& node) {
    spec_.name = read_text(node, "a provider's name", diagnostics_);
    if (!spec_.name.empty() && !is_identifier(spec_.name)) {
      diagnostics_.add(node.at, fmt::format("`{}` cannot name a provider", spec_.name),
                       "a name has letters, digits and _, and does not begin with a digit: it is "
                       "a verb of journeys");
    }
  }

  void read_hosts(const Node& node) {
    spec_.hosts = read_texts(node, "`hosts`", diagnostics_);
    if (!check_count(node, spec_.hosts.size(), kMostHosts, "hosts", diagnostics_)) return;
    for (const Node& item : node.items) {
      const bool plain = std::ranges::all_of(item.text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      });
      if (plain) continue;
      diagnostics_.add(item.at, fmt::format("`{}` is no name of a host", item.text),
                       "write the name alone, in lower case: api.example.com");
    }
  }

  void announce(const Node& resources) {
    for (const auto& [key, value] : resources.entries)
      secret_names_.announce(key.text, key.at.line);
  }

  // They are made before there is anything else: they see the environment alone.
  void read_secrets(const Node& node) {
    secret_names_.declare("env");
    spec_.secret_slots = secret_names_.size();
    if (!check_map(node, "`secrets`", diagnostics_)) return;
    std::vector<std::string> names;
    for (const auto& [key, value] : node.entries) {
      Template made = compile_text(value, "a secret", "write it as key: sk_${text(24)}",
                                   secret_names_, diagnostics_);
      names.push_back(key.text);
      spec_.secrets.push_back({key.text, key.at, std::move(made)});
    }
    reader_.base.names.close("secrets", std::move(names));
    spec_.env_reads = secret_names_.env_reads();
  }

  void declare_request() {
    reader_.request = reader_.base;
    Names& names = reader_.request.names;
    spec_.slots.request = names.size();
    for (std::string_view part : kRequestParts) names.declare(part);
    spec_.slots.size = names.size();
  }

  ProviderSpec& spec_;
  Diagnostics& diagnostics_;
  ProviderReader reader_;
  Names secret_names_;
};

}  // namespace

std::vector<std::string_view> ProviderReader::reply_names() const { return spec.reply_names(); }

void read_idempotency(const Node& node, ProviderReader& reader) {
  const Fields keys(node, "`idempotency`", reader.diagnostics, {"key", "for", "differs"});
  const Node* key = keys.required("key", "as in key: headers['idempotency-key']");
  const Node* keep = keys.required("for", "it is how long an answer is kept: for: 24h");
  std::optional<Expression> expression;
  base::Duration duration{};
  ReplyPtr differs;
  if (key) {
    expression = compile_bare(*key, "key", "headers['idempotency-key']", reader.request.names,
                              reader.diagnostics);
  }
  if (keep) duration = read_duration(*keep, "`for`", reader.diagnostics);
  if (const Node* reply = keys["differs"]) {
    differs = read_common_reply(*reply, "`idempotency`", reader);
  }
  if (expression) {
    reader.spec.idempotency = Idempotency{*std::move(expression), duration, std::move(differs)};
  }
}

std::optional<ProviderSpec> read_provider(std::shared_ptr<const Source> source,
                                          Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const std::optional<Node> root = read_yaml(source, diagnostics);
  if (!root) return std::nullopt;
  ProviderSpec spec;
  spec.source = std::move(source);
  FileReader(spec, diagnostics).read(*root);
  if (diagnostics.size() != before) return std::nullopt;
  return spec;
}

}  // namespace peregrine::lang
