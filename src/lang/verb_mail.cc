// mail: and sms:, what was delivered to someone.
#include <fmt/core.h>

#include <algorithm>

#include "lang/verbs.h"

namespace peregrine::lang {

namespace {

// To whom something was delivered; `example` is how to write it.
Template read_address(const VerbContext& context, std::string_view example) {
  const Node& node = context.argument;
  if (node.kind == Node::Kind::scalar && !node.text.empty()) {
    return Template::compile(node, context.names, context.diagnostics);
  }
  context.diagnostics.add(
      node.at, fmt::format("`{}` takes an address, this is {}", context.verb, node.describe()),
      fmt::format("say to whom it was delivered: `{}: {}`", context.verb, example));
  return Template::of(base::Value());
}

}  // namespace

Action compile_mail(const VerbContext& context) {
  const Lacking* lacking = context.system.find_lacking("mail");
  if (lacking && lacking->what == "provider") {
    context.lacks = lacking->reason(context.system.environment);
  } else if (!context.system.mail) {
    context.diagnostics.add(context.argument.at, "the system takes no mail",
                            "name it under `providers:` in system.yaml: `mail: {}`");
  }
  return MailAction{read_address(context, "${anna.email}")};
}

Action compile_sms(const VerbContext& context) {
  const SystemSpec& system = context.system;
  bool carried = false;
  for (const ProviderUse& use : system.providers) {
    if (!use.provider || !use.provider->sms) continue;
    context.names.note_spoken(use.name);
    carried = true;
  }
  if (!carried) {
    const auto lacking = std::ranges::find(system.lacking, "provider", &Lacking::what);
    if (lacking != system.lacking.end()) {
      context.lacks = lacking->reason(system.environment);
    } else {
      context.diagnostics.add(
          context.argument.at, "no provider of the system carries text messages",
          "name one under `providers:` in system.yaml: `twilio: {}`; one of your own says by "
          "`sms:` which it carries");
    }
  }
  return SmsAction{read_address(context, "${anna.phone}")};
}

}  // namespace peregrine::lang
