#include "lang/cel/env_reads.h"

namespace peregrine::lang::cel {

namespace {

using Kind = Syntax::Kind;

bool is_env(const Syntax& syntax) { return syntax.kind == Kind::name && syntax.text == "env"; }

void find(const Syntax& syntax, std::vector<EnvRead>& reads) {
  const bool of_env = !syntax.children.empty() && is_env(syntax.children[0]);
  if (syntax.kind == Kind::member && of_env) {
    reads.push_back({syntax.text, syntax.at});
    return;
  }
  if (syntax.kind == Kind::index && of_env && syntax.children[1].value.is_text()) {
    reads.push_back({syntax.children[1].value.as_text(), syntax.at});
    return;
  }
  if (is_env(syntax)) reads.push_back({"", syntax.at});
  for (const Syntax& child : syntax.children) find(child, reads);
}

}  // namespace

std::vector<EnvRead> find_env_reads(const Syntax& syntax) {
  std::vector<EnvRead> reads;
  find(syntax, reads);
  return reads;
}

}  // namespace peregrine::lang::cel
