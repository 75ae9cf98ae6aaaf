#include "base/csv.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.h"

namespace peregrine::base {
namespace {

using Row = std::vector<std::string>;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Past the lines that are empty; false at the end of the text.
  bool more() {
    while (accept_line_end()) {
    }
    return at_ < text_.size();
  }
  // The line in which the next row begins, from 1.
  size_t line() const { return line_; }

  // REQUIRES: more().
  Result<Row> next() {
    Row row;
    do {
      TRY(std::string cell, accept('"') ? quoted() : plain());
      row.push_back(std::move(cell));
      if (++cells_ > kMaxCsvCells) return fail(Code::limit, "more than {} cells", kMaxCsvCells);
    } while (accept(','));
    if (at_ < text_.size() && !accept_line_end()) {
      return fail(Code::invalid, "line {}: text behind the closing quote of a cell", line_);
    }
    return row;
  }

 private:
  Result<std::string> plain() {
    const size_t end = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    if (peek() == '"') {
      return fail(Code::invalid,
                  "line {}: a quote inside of a cell; quote all of the cell, and write \"\" for it",
                  line_);
    }
    if (peek() == '\r' && !text_.substr(at_).starts_with("\r\n")) {
      return fail(Code::invalid, "line {}: a carriage return without a line feed", line_);
    }
    return cell;
  }

  // Behind the quote that opens it.
  Result<std::string> quoted() {
    const size_t begins = line_;
    std::string cell;
    for (;;) {
      const size_t end = text_.find('"', at_);
      if (end == text_.npos) {
        return fail(Code::invalid, "line {}: nothing closes the quote of a cell", begins);
      }
      const std::string_view part = text_.substr(at_, end - at_);
      line_ += static_cast<size_t>(std::ranges::count(part, '\n'));
      cell += part;
      at_ = end + 1;
      if (!accept('"')) return cell;
      cell += '"';
    }
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool accept_line_end() {
    const std::string_view rest = text_.substr(at_);
    const size_t length = rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0;
    at_ += length;
    line_ += length > 0 ? 1 : 0;
    return length > 0;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
  size_t cells_ = 0;
};

Result<> check_names(const Row& names) {
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) return fail(Code::invalid, "the header names no column {}", i + 1);
    if (!seen.insert(names[i]).second) {
      return fail(Code::invalid, "the header names `{}` twice", names[i]);
    }
  }
  return {};
}

}  // namespace

Result<Value> parse_csv(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (const auto bad = first_invalid_utf8(text)) {
    const auto line = std::ranges::count(text.substr(0, *bad), '\n') + 1;
    return fail(Code::invalid, "line {}: this is not UTF-8", line);
  }
  Reader reader(text);
  if (!reader.more()) return fail(Code::invalid, "it has no header row");
  TRY(const Row names, reader.next());
  TRY_OK(check_names(names));
  List rows;
  while (reader.more()) {
    const size_t line = reader.line();
    TRY(Row cells, reader.next());
    if (cells.size() != names.size()) {
      return fail(Code::invalid, "line {}: {} cell{}, and the header has {}", line, cells.size(),
                  cells.size() == 1 ? "" : "s", names.size());
    }
    MapBuilder row;
    for (size_t i = 0; i < cells.size(); ++i) row.set(names[i], std::move(cells[i]));
    rows.push_back(Value(row.build()));
  }
  return Value(std::move(rows));
}

}  // namespace peregrine::base
