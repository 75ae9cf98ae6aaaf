#include "system/postgres_script.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace peregrine::system {

using base::Code;
using base::Result;
using io::Deadline;
using io::Task;

namespace {

bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool is_word(char c) { return is_word_start(c) || (c >= '0' && c <= '9') || c == '$'; }

// Finds where statements end, as PostgreSQL's manual chapter 4.1, "Lexical Structure", describes
// their parts. A semicolon ends one unless it is inside quotes, a comment, parentheses, or the body
// of a function written as BEGIN ATOMIC … END.
class Splitter {
 public:
  Splitter(std::string_view text, std::string_view name) : text_(text), name_(name) {}
  Result<std::vector<SqlStatement>> run();

 private:
  bool at(std::string_view what) const { return text_.substr(pos_).starts_with(what); }
  std::unexpected<base::Error> error(size_t where, std::string_view what) const;
  Result<> skip_quoted(char quote);
  Result<> skip_comment();
  Result<bool> skip_dollar_quoted();
  Result<> step();
  void word();
  Result<> command_of_psql();
  Result<> finish();
  Result<std::string> take_copy_data();

  std::string_view text_;
  std::string_view name_;
  size_t pos_ = 0;
  size_t first_ = std::string_view::npos;  // of the statement's first character
  int parentheses_ = 0;
  int blocks_ = 0;                  // BEGIN ATOMIC, and CASE inside it, that have no END yet
  std::vector<std::string> words_;  // the first few, and the last
  bool from_stdin_ = false;
  size_t counted_ = 0;  // line feeds before here are in line_
  size_t line_ = 1;
  std::vector<SqlStatement> found_;
};

constexpr size_t kWordsLookedAt = 4;

size_t line_feeds(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::unexpected<base::Error> Splitter::error(size_t where, std::string_view what) const {
  return base::fail(Code::invalid, "{}:{}: {}", name_, 1 + line_feeds(text_.substr(0, where)),
                    what);
}

Result<> Splitter::skip_quoted(char quote) {
  const size_t open = pos_++;
  // E'…' has escapes with a backslash, '…' has none.
  const bool escapes = quote == '\'' && open > 0 && (text_[open - 1] | 0x20) == 'e' &&
                       (open == 1 || !is_word(text_[open - 2]));
  while (pos_ < text_.size()) {
    if (escapes && text_[pos_] == '\\') {
      pos_ += 2;
    } else if (text_[pos_++] == quote) {
      // A doubled quote comes here twice: as the end of one string and the start of the next.
      if (!escapes || pos_ >= text_.size() || text_[pos_] != quote) return {};
      ++pos_;
    }
  }
  return error(open, quote == '"' ? "a quoted name has no end" : "a string has no end");
}

Result<> Splitter::skip_comment() {
  const size_t open = pos_;
  if (at("--")) {
    pos_ = std::min(text_.find('\n', pos_), text_.size());
    return {};
  }
  int depth = 0;  // they nest
  while (pos_ < text_.size()) {
    if (at("/*")) {
      ++depth;
      pos_ += 2;
    } else if (at("*/")) {
      pos_ += 2;
      if (--depth == 0) return {};
    } else {
      ++pos_;
    }
  }
  return error(open, "a comment has no end");
}

// $$…$$ or $tag$…$tag$. False when the dollar begins something else, such as $1.
Result<bool> Splitter::skip_dollar_quoted() {
  size_t end = pos_ + 1;
  if (end < text_.size() && is_word_start(text_[end])) {
    while (end < text_.size() && text_[end] != '$' && is_word(text_[end])) ++end;
  }
  if (end >= text_.size() || text_[end] != '$') return false;
  const std::string_view tag = text_.substr(pos_, end + 1 - pos_);
  const size_t close = text_.find(tag, end + 1);
  if (close == std::string_view::npos) {
    return error(pos_, fmt::format("a string that begins with {} has no end", tag));
  }
  pos_ = close + tag.size();
  return true;
}

void Splitter::word() {
  const size_t begin = pos_;
  while (pos_ < text_.size() && is_word(text_[pos_])) ++pos_;
  const std::string word = base::lowercase(text_.substr(begin, pos_ - begin));
  const bool function = words_.size() > 1 && words_[0] == "create" &&
                        std::ranges::any_of(words_, [](const std::string& w) {
                          return w == "function" || w == "procedure";
                        });
  if (function && words_.back() == "begin" && word == "atomic") {
    ++blocks_;
  } else if (blocks_ > 0 && word == "case") {
    ++blocks_;
  } else if (blocks_ > 0 && word == "end") {
    --blocks_;
  }
  if (!words_.empty() && words_[0] == "copy" && words_.back() == "from" && word == "stdin") {
    from_stdin_ = true;
  }
  if (words_.size() > kWordsLookedAt) words_.pop_back();
  words_.push_back(word);
}

// psql reads these; a dump of newer releases is framed by the first two.
Result<> Splitter::command_of_psql() {
  const size_t begin = pos_;
  pos_ = std::min(text_.find('\n', pos_), text_.size());
  const std::string_view command = text_.substr(begin, pos_ - begin);
  if (command.starts_with("\\restrict ") || command.starts_with("\\unrestrict ")) return {};
  return error(begin, fmt::format("a command of psql, not SQL: {}",
                                  base::shortened(base::trimmed(command), 60)));
}

Result<std::string> Splitter::take_copy_data() {
  const size_t begin = std::min(text_.find('\n', pos_), text_.size() - 1) + 1;
  size_t line = begin;
  while (line < text_.size()) {
    const size_t end = std::min(text_.find('\n', line), text_.size());
    if (base::trimmed(text_.substr(line, end - line)) == "\\.") {
      pos_ = end;
      return std::string(text_.substr(begin, line - begin));
    }
    line = end + 1;
  }
  return error(first_, "the data of this COPY has no end, a line with \\.");
}

Result<> Splitter::finish() {
  const bool semicolon = at(";");
  if (first_ != std::string_view::npos) {
    line_ += line_feeds(text_.substr(counted_, first_ - counted_));
    counted_ = first_;
    SqlStatement statement{std::string(text_.substr(first_, pos_ - first_)), line_, ""};
    if (from_stdin_) {
      TRY(statement.copy_data, take_copy_data());
    }
    found_.push_back(std::move(statement));
  }
  if (semicolon && at(";")) ++pos_;
  first_ = std::string_view::npos;
  parentheses_ = 0;
  blocks_ = 0;
  words_.clear();
  from_stdin_ = false;
  return {};
}

Result<> Splitter::step() {
  const char c = text_[pos_];
  if (std::string_view(" \t\r\n\f\v").contains(c)) {
    ++pos_;
    return {};
  }
  if (at("--") || at("/*")) return skip_comment();
  const bool first = first_ == std::string_view::npos;
  if (c == ';' && parentheses_ == 0 && blocks_ == 0) return finish();
  if (first && c == '\\') return command_of_psql();
  if (first) first_ = pos_;
  if (c == '\'' || c == '"') return skip_quoted(c);
  if (c == '$') {
    TRY(const bool skipped, skip_dollar_quoted());
    if (skipped) return {};
  }
  if (is_word_start(c)) {
    word();
    return {};
  }
  if (c == '(') ++parentheses_;
  if (c == ')' && parentheses_ > 0) --parentheses_;
  ++pos_;
  return {};
}

Result<std::vector<SqlStatement>> Splitter::run() {
  if (at("\xEF\xBB\xBF")) pos_ = 3;  // a byte order mark, which some editors write
  while (pos_ < text_.size()) TRY_OK(step());
  pos_ = text_.size();
  TRY_OK(finish());
  return std::move(found_);
}

// The line of the file that the server's position, in characters of the statement, is on.
size_t line_of_error(const SqlStatement& statement, size_t position) {
  size_t line = statement.line;
  size_t character = 1;
  for (const char c : statement.text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continues) continue;
    if (character++ >= position) break;
    if (c == '\n') ++line;
  }
  return line;
}

}  // namespace

Result<std::vector<SqlStatement>> split_sql(std::string_view text, std::string_view name) {
  return Splitter(text, name).run();
}

Task<Result<>> run_sql(net::PostgresConnection& connection, std::string text, std::string name,
                       Deadline deadline) {
  CO_TRY(std::vector<SqlStatement> statements, split_sql(text, name));
  for (SqlStatement& statement : statements) {
    Result<uint64_t> done =
        co_await connection.copy_in(statement.text, std::move(statement.copy_data), deadline);
    if (done) continue;
    const auto& error = connection.last_error();
    const size_t line = line_of_error(statement, error ? error->position : 0);
    co_return base::fail(done.error().code, "{}:{}: {}", name, line, done.error().text);
  }
  co_return Result<>{};
}

Task<Result<>> run_sql_file(net::PostgresConnection& connection, std::string path,
                            Deadline deadline) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) co_return base::fail(Code::not_found, "cannot read {}", path);
  co_return co_await run_sql(connection, std::move(text), std::move(path), deadline);
}

}  // namespace peregrine::system
