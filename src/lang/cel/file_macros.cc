#include "lang/cel/file_macros.h"

#include "base/csv.h"

namespace peregrine::lang::cel {

using base::Result;
using base::Value;

namespace {

struct File {
  std::string path;
  std::string bytes;
};

File read(Compiler& compiler, const Syntax& call) {
  const Syntax& argument = call.children[0];
  const NodePtr node = compiler.compile(argument);
  const Value* path = literal(*node);
  if (!path || !path->is_text()) {
    throw Mistake{
        argument.at, fmt::format("`{}` takes a path as it is, in quotes", call.text),
        fmt::format("write {}('data/x.txt'); files are read before anything starts", call.text)};
  }
  const auto& read_file = compiler.options().read_file;
  if (!read_file) throw Mistake{argument.at, "no file can be read here", ""};
  Result<std::string> bytes = read_file(path->as_text());
  if (!bytes) {
    throw Mistake{
        argument.at, fmt::format("cannot read `{}`: {}", path->as_text(), bytes.error().text),
        bytes.error().code == base::Code::not_found ? "paths start from the folder of this file"
                                                    : ""};
  }
  return {path->as_text(), *std::move(bytes)};
}

}  // namespace

NodePtr expand_file(Compiler& compiler, const Syntax& call) {
  return std::make_unique<LiteralNode>(Value(base::Bytes{read(compiler, call).bytes}));
}

NodePtr expand_csv(Compiler& compiler, const Syntax& call) {
  const File file = read(compiler, call);
  Result<Value> rows = base::parse_csv(file.bytes);
  if (rows) return std::make_unique<LiteralNode>(*std::move(rows));
  throw Mistake{call.children[0].at, fmt::format("{}: {}", file.path, rows.error().text),
                "a CSV file has a header row, and as many cells in every row (RFC 4180)"};
}

}  // namespace peregrine::lang::cel
