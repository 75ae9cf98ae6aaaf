#include "record/statement_shape.h"

#include <algorithm>

namespace peregrine::record {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
bool is_word(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || c == '_' || (lower >= 'a' && lower <= 'z') || (c & 0x80);
}

class Shape {
 public:
  explicit Shape(std::string_view sql) : sql_(sql) {}

  std::string take() {
    while (at_ < sql_.size()) next();
    return std::move(out_);
  }

 private:
  void next() {
    const char c = sql_[at_];
    const std::string_view rest = sql_.substr(at_);
    if (is_blank(c)) return skip_to(sql_.find_first_not_of(" \n\t\r\f", at_));
    if (rest.starts_with("--")) return skip_to(sql_.find('\n', at_));
    if (rest.starts_with("/*")) return skip_comment();
    if (c == '\'') return text(false);
    if ((c == 'e' || c == 'E') && rest.substr(1).starts_with('\'') && !in_word()) {
      ++at_;
      return text(true);
    }
    if (c == '"') return copy_to(sql_.find('"', at_ + 1));
    if (c == '$' && dollar_text()) return;
    if (is_digit(c) && !in_word()) return number();
    if (c == ')') close_list();
    put(c);
    ++at_;
  }

  bool in_word() const { return at_ > 0 && (is_word(sql_[at_ - 1]) || sql_[at_ - 1] == '$'); }

  // A blank is put where it stands between two things, before the second.
  void put(char c) {
    if (blank_ && !out_.empty()) out_ += ' ';
    blank_ = false;
    out_ += c;
  }

  void skip_to(size_t end) {
    blank_ = true;
    at_ = std::min(end, sql_.size());
  }
  // Comments of this form are nested.
  void skip_comment() {
    size_t end = at_ + 2;
    for (size_t depth = 1; depth > 0 && end < sql_.size();) {
      const std::string_view sign = sql_.substr(end, 2);
      depth += sign == "/*" ? 1 : 0;
      depth -= sign == "*/" ? 1 : 0;
      end += sign == "/*" || sign == "*/" ? 2 : 1;
    }
    skip_to(end);
  }
  void copy_to(size_t last) {
    const size_t end = std::min(last, sql_.size() - 1) + 1;
    put(sql_[at_]);
    out_ += sql_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
  }

  // From its first quote; two quotes are one inside it.
  void text(bool escapes) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (escapes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == '\'') {
        if (at_ + 1 >= sql_.size() || sql_[at_ + 1] != '\'') break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, sql_.size());
    put('?');
  }

  // `$tag$ … $tag$`. What is a parameter (`$1`) is none.
  bool dollar_text() {
    if (in_word()) return false;
    size_t end = at_ + 1;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$' || is_digit(sql_[at_ + 1])) return false;
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    put('?');
    return true;
  }

  void number() {
    while (at_ < sql_.size() && (is_word(sql_[at_]) || sql_[at_] == '.')) ++at_;
    put('?');
  }

  // `(?, ?, ?` was a list, however long.
  void close_list() {
    const size_t last = out_.find_last_not_of("?, ");
    if (last == std::string::npos || out_[last] != '(' || last + 2 >= out_.size()) return;
    out_.resize(last + 1);
    out_ += '?';
    blank_ = false;
  }

  std::string_view sql_;
  std::string out_;
  size_t at_ = 0;
  bool blank_ = false;
};

}  // namespace

std::string statement_shape(std::string_view sql) { return Shape(sql).take(); }

}  // namespace peregrine::record
