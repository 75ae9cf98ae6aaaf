// What SQL statements have in common that differ in their values alone.
#pragma once

#include <string>
#include <string_view>

namespace peregrine::record {

// The statement with `?` for each text and number in it, `(?)` for a list of these, one blank
// wherever there are some, and no comments. PostgreSQL's lexical rules (its manual, section 4.1),
// as far as they say where a text ends.
std::string statement_shape(std::string_view sql);

}  // namespace peregrine::record
