#include "lang/place_within.h"

#include <algorithm>

namespace peregrine::lang {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Walks the file and the scalar's text side by side, from where the scalar begins.
class Walk {
 public:
  explicit Walk(const Node& scalar)
      : file_(scalar.at.source->text()),
        text_(scalar.text),
        in_file_(scalar.at.source->offset(scalar.at.line, scalar.at.column)) {
    const char first = in_file_ < file_.size() && scalar.quoted ? file_[in_file_] : '\0';
    if (first == '"' || first == '\'') {
      quote_ = first;
      ++in_file_;
    } else if (first == '|' || first == '>') {
      in_file_ = std::min(file_.find('\n', in_file_), file_.size());
    }
  }

  size_t find(size_t offset) {
    while (in_text_ < offset && in_file_ < file_.size()) step(offset);
    if (line_goes_on()) skip_escape();
    // Between the lines of a text, its next line is meant.
    if (in_text_ < text_.size() && blanks().ends_with('\n')) skip_blanks();
    return std::min(in_file_, file_.size());
  }

 private:
  // The blanks that follow, up to the end of the line.
  std::string_view blanks() const {
    const size_t end = std::min(file_.find_first_not_of(" \t\r", in_file_), file_.size());
    const bool line_ends = end < file_.size() && file_[end] == '\n';
    return file_.substr(in_file_, end + (line_ends ? 1 : 0) - in_file_);
  }

  // YAML folds a line's end and the blanks around it to a blank, newlines, or nothing.
  void skip_blanks() {
    while (in_file_ < file_.size() && is_blank(file_[in_file_])) ++in_file_;
    while (in_text_ < text_.size() && is_blank(text_[in_text_])) ++in_text_;
  }

  void step(size_t offset) {
    const std::string_view between = blanks();
    if (between.ends_with('\n')) {
      skip_blanks();
    } else if (!between.empty()) {
      const size_t count = std::min(between.size(), offset - in_text_);
      in_file_ += count;
      in_text_ += count;
    } else if (quote_ == '"' && file_[in_file_] == '\\') {
      skip_escape();
    } else {
      // Two single quotes stand for one.
      in_file_ += quote_ == '\'' && file_.substr(in_file_).starts_with("''") ? 2 : 1;
      ++in_text_;
    }
  }

  // A backslash at the end of a line in double quotes.
  bool line_goes_on() const {
    const std::string_view rest = file_.substr(std::min(in_file_, file_.size()));
    return quote_ == '"' && (rest.starts_with("\\\n") || rest.starts_with("\\\r\n"));
  }

  void skip_escape() {
    if (line_goes_on()) {
      ++in_file_;
      while (in_file_ < file_.size() && is_blank(file_[in_file_])) ++in_file_;
      return;
    }
    const char kind = in_file_ + 1 < file_.size() ? file_[in_file_ + 1] : '\0';
    const size_t length = kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 2;
    in_file_ = std::min(in_file_ + length, file_.size());
    // One character of the text, of one byte or several.
    do ++in_text_;
    while (in_text_ < text_.size() && (static_cast<unsigned char>(text_[in_text_]) & 0xc0) == 0x80);
  }

  std::string_view file_;
  std::string_view text_;
  size_t in_file_;
  size_t in_text_ = 0;
  char quote_ = '\0';
};

}  // namespace

Place place_within(const Node& scalar, size_t offset, size_t length) {
  Place at = scalar.at;
  if (!at.source || at.line < 1) return at;
  const auto [line, column] = at.source->line_and_column(Walk(scalar).find(offset));
  at.line = line;
  at.column = column;
  at.length = static_cast<int>(std::max<size_t>(length, 1));
  return at;
}

}  // namespace peregrine::lang
