#include "lang/sql_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace peregrine::lang {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The size of the comment in /* and */ at the front; they nest.
size_t comment_size(std::string_view sql) {
  size_t depth = 0, end = 0;
  do {
    const std::string_view rest = sql.substr(end);
    if (rest.starts_with("/*")) ++depth;
    if (rest.starts_with("*/")) --depth;
    end += rest.starts_with("/*") || rest.starts_with("*/") ? 2 : 1;
  } while (depth > 0 && end < sql.size());
  return std::min(end, sql.size());
}

// What stands behind the comments that a statement begins with.
std::string_view behind_comments(std::string_view sql) {
  for (;;) {
    sql = base::trimmed(sql);
    if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
    } else if (sql.starts_with("/*")) {
      sql.remove_prefix(comment_size(sql));
    } else {
      return sql;
    }
  }
}

// "$tag$" at the front, or nothing.
std::string_view dollar_tag(std::string_view rest) {
  size_t end = 1;
  while (end < rest.size() && is_word(rest[end])) ++end;
  const bool tag = end < rest.size() && rest[end] == '$' && !(end > 1 && is_digit(rest[1]));
  return tag ? rest.substr(0, end + 1) : std::string_view();
}

}  // namespace

std::optional<size_t> SqlText::read(std::string_view piece) {
  std::optional<size_t> numbered;
  for (size_t i = 0; i < piece.size();) {
    const std::string_view rest = piece.substr(i);
    size_t used = 1;
    switch (at_) {
      case At::value:
        if (!numbered && rest[0] == '$' && rest.size() > 1 && is_digit(rest[1]) &&
            !is_word(before_)) {
          numbered = i;
        }
        used = read_value(rest);
        break;
      case At::text:
        used = read_text(rest);
        break;
      case At::name:
        if (rest[0] == '"') at_ = At::value;
        break;
      case At::comment:
        used = read_comment(rest);
        break;
      case At::dollar_text:
        if (rest.starts_with(dollar_tag_)) {
          used = dollar_tag_.size();
          at_ = At::value;
        }
    }
    i += used;
    before_ = piece[i - 1];
  }
  return numbered;
}

size_t SqlText::read_value(std::string_view rest) {
  if (rest[0] == '\'') {
    at_ = At::text;
    escapes_ = before_ == 'E' || before_ == 'e';
  } else if (rest[0] == '"') {
    at_ = At::name;
  } else if (rest.starts_with("--")) {
    at_ = At::comment;
    comment_depth_ = 0;
    return 2;
  } else if (rest.starts_with("/*")) {
    at_ = At::comment;
    comment_depth_ = 1;
    return 2;
  } else if (rest[0] == '$' && !is_word(before_) && !dollar_tag(rest).empty()) {
    at_ = At::dollar_text;
    dollar_tag_ = dollar_tag(rest);
    return dollar_tag_.size();
  }
  return 1;
}

// A quote written twice ends the text and begins it again, which comes to the same.
size_t SqlText::read_text(std::string_view rest) {
  if (escapes_ && rest[0] == '\\') return std::min<size_t>(2, rest.size());
  if (rest[0] == '\'') at_ = At::value;
  return 1;
}

size_t SqlText::read_comment(std::string_view rest) {
  if (comment_depth_ == 0) {
    if (rest[0] == '\n') at_ = At::value;
    return 1;
  }
  if (rest.starts_with("/*")) ++comment_depth_;
  if (rest.starts_with("*/") && --comment_depth_ == 0) at_ = At::value;
  return rest.starts_with("/*") || rest.starts_with("*/") ? 2 : 1;
}

bool sql_writes(std::string_view sql) {
  static constexpr std::array<std::string_view, 12> kWrites = {
      "alter", "call",   "copy",  "create", "delete",   "do",
      "drop",  "insert", "merge", "reset",  "truncate", "update"};
  const std::string_view text = behind_comments(sql);
  const auto end = std::ranges::find_if_not(text, is_word) - text.begin();
  return std::ranges::find(kWrites, base::lowercase(text.substr(0, static_cast<size_t>(end)))) !=
         kWrites.end();
}

}  // namespace peregrine::lang
