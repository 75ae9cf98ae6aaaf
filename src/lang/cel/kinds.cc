#include "lang/cel/kinds.h"

#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lang/cel/special.h"

namespace peregrine::lang::cel {

KindSet kind_of(const base::Value& value) {
  if (value.kind() != base::Kind::special) return set_of(value.kind());
  if (as_optional(value)) return kOptional;
  return as_type(value) ? kType : kMap;
}

std::string_view kind_name(const base::Value& value) {
  if (value.kind() == base::Kind::special) return value.as_special().name();
  if (value.kind() == base::Kind::uint64) return "uint";
  return base::name(value.kind());
}

std::string describe(KindSet kinds) {
  constexpr std::array<std::pair<KindSet, std::string_view>, 14> kNames = {{{kNull, "null"},
                                                                            {kBool, "bool"},
                                                                            {kInt, "int"},
                                                                            {kUint, "uint"},
                                                                            {kReal, "double"},
                                                                            {kDecimal, "decimal"},
                                                                            {kText, "text"},
                                                                            {kBytes, "bytes"},
                                                                            {kList, "list"},
                                                                            {kMap, "map"},
                                                                            {kInstant, "instant"},
                                                                            {kDuration, "duration"},
                                                                            {kOptional, "optional"},
                                                                            {kType, "type"}}};
  if (kinds == kAny) return "anything";
  std::string text;
  std::vector<std::string_view> words;
  if ((kinds & kNumber) == kNumber) {
    words.emplace_back("number");
    kinds &= ~kNumber;
  }
  for (const auto& [kind, name] : kNames) {
    if (kinds & kind) words.push_back(name);
  }
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace peregrine::lang::cel
