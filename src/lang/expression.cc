#include "lang/expression.h"

#include <algorithm>

#include "lang/cel/compile.h"
#include "lang/cel/special.h"
#include "lang/files_beside.h"
#include "lang/place_within.h"

namespace peregrine::lang {

using base::Result;
using base::Value;

Result<Value> Expression::evaluate(const Context& context) const {
  Result<Value> value = program->evaluate(context);
  if (value && program->may_be_special) return cel::plain(*value);
  return value;
}

bool Expression::reads(Slot slot) const { return std::ranges::binary_search(program->reads, slot); }

bool Expression::is_steady(const std::function<bool(Slot)>& changes) const {
  return !program->varies && !program->reads_self && std::ranges::none_of(program->reads, changes);
}

bool Expression::reads_this() const { return program->reads_self; }

bool Expression::may_be_bool() const { return (program->root->gives & cel::kBool) != 0; }

const Value* Expression::constant() const { return cel::literal(*program->root); }

std::optional<Expression> compile_expression(std::string_view text, const Node& scalar,
                                             size_t offset, const Names& names,
                                             Diagnostics& diagnostics, This self) {
  const cel::Options options = {.self = self == This::known,
                                .read_file = [&scalar](std::string_view path) {
                                  return read_beside(*scalar.at.source, path);
                                }};
  auto program = cel::compile(text, names, options);
  if (program) {
    for (cel::PersonRead& read : program->person_reads) {
      if (names.is_member_known(read.slot, read.member)) continue;
      const size_t length = read.at.end - read.at.begin;
      names.want_member({read.slot, std::move(read.whose), std::move(read.member),
                         place_within(scalar, offset + read.at.begin, length)});
    }
    program->person_reads = {};
    for (cel::EnvRead& read : program->env_reads) {
      if (names.is_env_noted(read.name)) continue;
      const size_t length = read.at.end - read.at.begin;
      names.note_env(std::move(read.name), place_within(scalar, offset + read.at.begin, length));
    }
    program->env_reads = {};
    for (const cel::SlotRead& read : program->slot_reads) names.note_read(read.slot, read.keys);
    program->slot_reads = {};
    return Expression{std::make_shared<const cel::Program>(*std::move(program)), std::string(text)};
  }
  // Only now: finding the place of every expression would read a long file again and again.
  if (diagnostics.full()) return std::nullopt;
  const cel::Mistake& mistake = program.error();
  const size_t length = std::max(mistake.at.end, mistake.at.begin + 1) - mistake.at.begin;
  diagnostics.add(place_within(scalar, offset + mistake.at.begin, length), mistake.message,
                  mistake.remedy);
  return std::nullopt;
}

}  // namespace peregrine::lang
