// Where in SQL an expression stands: as a value, or in a quoted text, a name or a comment, where
// PostgreSQL would take it for something else. Its lexical rules are section 4.1 of PostgreSQL's
// manual.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace peregrine::lang {

// Reads SQL piece by piece.
class SqlText {
 public:
  enum class At { value, text, name, comment, dollar_text };

  // Reads on. Gives the offset in this piece of a `$1`, if it has one where a value may stand.
  std::optional<size_t> read(std::string_view piece);
  // Where the end of what was read stands.
  At at() const { return at_; }

 private:
  size_t read_value(std::string_view rest);
  size_t read_text(std::string_view rest);
  size_t read_comment(std::string_view rest);

  At at_ = At::value;
  bool escapes_ = false;    // a text as E'…', in which \' ends nothing
  int comment_depth_ = 0;   // of /* … */, which nest; 0 for -- …
  std::string dollar_tag_;  // "$tag$"
  char before_ = ' ';
};

// Whether the statement begins, behind its comments, as one that writes: insert, update, create, …
bool sql_writes(std::string_view sql);

}  // namespace peregrine::lang
