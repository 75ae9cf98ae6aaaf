// JSON Schema (draft 2020-12) of the files of the language, for editors: which keys there are, what
// they hold, and what each is for. It knows all of the language, also what this version cannot play
// yet. It is looser than the reading of a file: names, expressions and SQL are not looked into.
//
// Only what draft 7 has, too, is used, apart from `$defs`: editors know that best.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace peregrine::lang {

// "system", "journey", "part", "replay", "provider".
std::span<const std::string_view> schema_kinds();

// The schema of one kind of file, complete in itself, or, of an empty kind, one for any of them,
// which goes by the file's first key. REQUIRES: a kind of the above.
std::string json_schema(std::string_view kind);

}  // namespace peregrine::lang
