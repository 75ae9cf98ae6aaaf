// `webhooks`: what the provider posts of its own accord, and how it is signed.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lang/headers.h"
#include "lang/provider_reader.h"

namespace peregrine::lang {

namespace {

using Scheme = Signature::Scheme;

struct SchemeName {
  std::string_view name;
  Scheme scheme;
  std::vector<std::string_view> keys;  // beside `scheme` and `secret`
  bool header;                         // has to be told
};

const std::array<SchemeName, 6>& schemes() {
  static const std::array<SchemeName, 6> all = {{
      {"stripe", Scheme::stripe, {}, false},
      {"retell", Scheme::retell, {}, false},
      {"sendgrid", Scheme::sendgrid, {}, false},
      {"twilio", Scheme::twilio, {}, false},
      {"hmac", Scheme::hmac, {"header", "algorithm", "prefix"}, true},
      {"token", Scheme::token, {"header"}, true},
  }};
  return all;
}

class SignatureReader {
 public:
  SignatureReader(const Names& names, Diagnostics& diagnostics)
      : names_(names), diagnostics_(diagnostics) {}

  std::optional<Signature> read(const Node& node) {
    const SchemeName* scheme = find_scheme(node);
    if (!scheme) return std::nullopt;
    std::vector<std::string_view> known = {"scheme", "secret"};
    known.insert(known.end(), scheme->keys.begin(), scheme->keys.end());
    const Fields keys(node, fmt::format("`sign` by `{}`", scheme->name), diagnostics_, known);
    Signature signature{.scheme = scheme->scheme,
                        .at = node.at,
                        .secret = {},
                        .header = "",
                        .algorithm = "sha256",
                        .prefix = ""};
    if (const Node* secret = keys.required("secret", "as in secret: \"${secrets.webhook}\"")) {
      signature.secret = compile_text(*secret, "`secret`", "as in secret: \"${secrets.webhook}\"",
                                      names_, diagnostics_);
    }
    read_header(keys, *scheme, signature);
    if (const Node* prefix = keys["prefix"]) {
      signature.prefix = read_text(*prefix, "`prefix`", diagnostics_);
    }
    if (const Node* algorithm = keys["algorithm"]) read_algorithm(*algorithm, signature);
    return signature;
  }

 private:
  const SchemeName* find_scheme(const Node& node) {
    const Node* named = node.find("scheme");
    std::vector<std::string_view> known;
    for (const SchemeName& scheme : schemes()) {
      if (named && named->text == scheme.name) return &scheme;
      known.push_back(scheme.name);
    }
    if (named) {
      diagnostics_.add(named->at, fmt::format("there is no scheme {}", named->describe()),
                       suggestion(named->text, known));
    } else {
      diagnostics_.add(node.at, "`sign` needs `scheme:`",
                       fmt::format("it is {}", base::alternatives(known)));
    }
    return nullptr;
  }

  void read_header(const Fields& keys, const SchemeName& scheme, Signature& signature) {
    if (!scheme.header) return;
    if (const Node* header = keys.required("header", "it is where the signature goes")) {
      signature.header = read_text(*header, "`header`", diagnostics_);
      if (signature.header.empty()) return;
      check_header_name(signature.header, header->at, diagnostics_);
    }
  }

  void read_algorithm(const Node& node, Signature& signature) {
    static constexpr std::array<std::string_view, 3> kKnown = {"sha1", "sha256", "sha512"};
    signature.algorithm = node.text;
    if (std::ranges::find(kKnown, node.text) != kKnown.end()) return;
    diagnostics_.add(node.at, fmt::format("there is no algorithm {}", node.describe()),
                     suggestion(node.text, {kKnown.begin(), kKnown.end()}));
  }

  const Names& names_;
  Diagnostics& diagnostics_;
};

std::vector<base::Duration> read_retry(const Node& node, ProviderReader& reader) {
  std::vector<base::Duration> waits;
  if (node.kind != Node::Kind::list) {
    reader.diagnostics.add(node.at, fmt::format("`retry` is a list, this is {}", node.describe()),
                           "write the waits before each further attempt: [1s, 10s]");
    return waits;
  }
  if (!check_count(node, node.items.size(), kMostRetries, "attempts", reader.diagnostics))
    return waits;
  for (const Node& item : node.items) {
    waits.push_back(read_duration(item, "a wait of `retry`", reader.diagnostics));
  }
  return waits;
}

// As JSON by `body`, or as a form.
void read_webhook_body(const Fields& keys, const Names& names, Diagnostics& diagnostics,
                       Webhooks& webhooks) {
  const Node* form = keys["form"];
  const Node* body = form ? form : keys.required("body", "as in body: { type: \"${event}\" }");
  if (!body) return;
  webhooks.form = form != nullptr;
  webhooks.body = Shape::compile(*body, names, diagnostics);
  if (form && keys["body"]) {
    diagnostics.add(keys["body"]->at, "a webhook has one body, and it has a `form`",
                    "take one of the two out");
  }
}

}  // namespace

void read_webhooks(const Node& node, ProviderReader& reader) {
  const Fields keys(node, "`webhooks`", reader.diagnostics,
                    {"sign", "headers", "body", "form", "retry"});
  Names names = reader.base.names;
  Webhooks webhooks;
  webhooks.event = names.declare("event");
  webhooks.data = names.declare("data");
  webhooks.slots = names.size();
  if (const Node* sign = keys["sign"]) {
    webhooks.sign = SignatureReader(names, reader.diagnostics).read(*sign);
  }
  if (const Node* headers = keys["headers"]) {
    webhooks.headers = compile_headers(*headers, names, reader.diagnostics);
  }
  read_webhook_body(keys, names, reader.diagnostics, webhooks);
  if (webhooks.sign && webhooks.sign->scheme == Scheme::twilio && !webhooks.form) {
    reader.diagnostics.add(webhooks.sign->at, "`twilio` signs the names and values of a form",
                           "write what is posted as `form:`");
  }
  if (const Node* retry = keys["retry"]) webhooks.retry = read_retry(*retry, reader);
  reader.spec.webhooks = std::move(webhooks);
}

}  // namespace peregrine::lang
