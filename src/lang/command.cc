#include "lang/command.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "lang/fields.h"
#include "lang/place_within.h"

namespace peregrine::lang {

namespace {

class LineReader {
 public:
  LineReader(const Node& line, const Names& names, Diagnostics& diagnostics)
      : line_(line), names_(names), diagnostics_(diagnostics) {}

  Command read() {
    for (const Piece& piece : split_pieces(line_.text)) {
      if (piece.expression) {
        add_expression(piece);
      } else {
        for (at_ = 0; at_ < piece.text.size(); ++at_) read_character(piece);
      }
    }
    if (quote_ != 0) {
      diagnostics_.add(place_within(line_, quoted_from_), "nothing ends the quotes that begin here",
                       fmt::format("write another {} behind the word, or \\{} for the sign itself",
                                   quote_, quote_));
    }
    end_word();
    return std::move(command_);
  }

 private:
  void add_expression(const Piece& piece) {
    in_word_ = true;
    end_text();
    if (auto expression = compile_piece(line_, piece, names_, diagnostics_)) {
      parts_.emplace_back(*std::move(expression));
    }
  }

  void read_character(const Piece& piece) {
    const char c = piece.text[at_];
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (c == '\\' && quote_ != '\'' && at_ + 1 < piece.text.size()) {
      text_ += piece.text[++at_];
      in_word_ = true;
    } else if (quote_ == 0 && (c == '\'' || c == '"')) {
      quote_ = c;
      quoted_from_ = piece.offset + at_;
      in_word_ = true;
    } else if (c == quote_) {
      quote_ = 0;
    } else if (quote_ == 0 && blank) {
      end_word();
    } else {
      text_ += c;
      in_word_ = true;
    }
  }

  void end_text() {
    if (!text_.empty()) parts_.emplace_back(std::exchange(text_, ""));
  }

  void end_word() {
    if (!std::exchange(in_word_, false)) return;
    end_text();
    command_.words.push_back(Template::of_parts(std::exchange(parts_, {})));
  }

  const Node& line_;
  const Names& names_;
  Diagnostics& diagnostics_;
  Command command_;
  std::vector<Template::Part> parts_;  // of the word being read,
  std::string text_;                   // and what of it stands behind them
  size_t at_ = 0;                      // in a piece
  bool in_word_ = false;
  char quote_ = 0;
  size_t quoted_from_ = 0;
};

}  // namespace

bool Command::reads(Slot slot) const {
  return std::ranges::any_of(words, [&](const Template& word) { return word.reads(slot); });
}

base::Result<std::vector<std::string>> Command::fill(const Context& context) const {
  std::vector<std::string> texts;
  for (const Template& word : words) {
    TRY(std::string text, word.fill_text(context));
    texts.push_back(std::move(text));
  }
  return texts;
}

Command compile_command(const Node& node, std::string_view what, const Names& names,
                        Diagnostics& diagnostics) {
  Command command;
  if (node.kind == Node::Kind::list && !node.items.empty()) {
    for (const Node& item : node.items) {
      command.words.push_back(compile_text(
          item, "a word of a command", "write its text; an empty one is \"\"", names, diagnostics));
    }
    return command;
  }
  if (node.kind == Node::Kind::scalar) {
    command = LineReader(node, names, diagnostics).read();
    if (!command.words.empty()) return command;
  }
  diagnostics.add(node.at, fmt::format("{} is a command, this is {}", what, node.describe()),
                  "write it as in a shell, or as a list of its words: [./service, --port, 80]");
  return command;
}

}  // namespace peregrine::lang
