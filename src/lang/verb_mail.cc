#include <fmt/core.h>

#include "lang/verbs.h"

namespace peregrine::lang {

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

}  // namespace peregrine::lang
