#include "lang/bare_expression.h"

#include <fmt/core.h>

namespace peregrine::lang {

std::optional<Expression> compile_bare(const Node& node, std::string_view key,
                                       std::string_view example, const Names& names,
                                       Diagnostics& diagnostics, This self) {
  if (node.kind != Node::Kind::scalar || node.text.empty()) {
    diagnostics.add(node.at,
                    fmt::format("`{}` takes an expression, this is {}", key, node.describe()),
                    fmt::format("write it as `{}: {}`", key, example));
    return std::nullopt;
  }
  if (node.text.contains("${")) {
    const bool whole = node.text.starts_with("${") && node.text.find('}') == node.text.size() - 1;
    diagnostics.add(
        node.at, fmt::format("`{}` holds an expression bare, without `${{}}`", key),
        whole ? fmt::format("write it as `{}: {}`", key, node.text.substr(2, node.text.size() - 3))
              : fmt::format("as in `{}: {}`", key, example));
    return std::nullopt;
  }
  return compile_expression(node.text, node, 0, names, diagnostics, self);
}

}  // namespace peregrine::lang
