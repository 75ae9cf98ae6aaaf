// RESP read in passing: what a command or an answer is, without keeping it. Of each text only its
// beginning is kept, and of an answer its first elements, so that a value of 500 MB or a list of a
// million costs no memory and little time. resp.h says what the bytes look like and has the readers
// that keep everything.
//
// What those read, these read too, with the same ends. They know no limits of size or count, for
// nothing is held; a line and the depth have one. Errors are Code::protocol or Code::limit and
// final, and the same however the bytes are cut. Nothing here is shared between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/resp.h"

namespace peregrine::wire::resp {

inline constexpr size_t kSkimmedText = 1'000;     // bytes kept of a word or a text
inline constexpr size_t kSkimmedWords = 64;       // kept of a command
inline constexpr size_t kSkimmedElements = 16;    // kept of an answer
inline constexpr size_t kSkimmedLine = 64 << 10;  // bytes of a line, at most
inline constexpr size_t kSkimmedDepth = 32;       // of aggregates in aggregates, at most

// What both skimmers are made of: lines, and strings of a counted length with CRLF behind them.
class Passing {
 public:
  struct Line {
    std::string_view text;  // valid until the next call
    bool crlf = false;      // or a bare LF
  };
  // Takes bytes from the front of `input`; nothing while the line's end has not come.
  base::Result<std::optional<Line>> line(std::string_view& input);
  void begin_string(uint64_t size);
  bool in_string() const { return left_ > 0; }
  // Its bytes are added to `kept` as long as there is room. True once it has passed.
  // REQUIRES: in_string()
  base::Result<bool> string(std::string_view& input, std::string& kept, size_t room);

 private:
  std::string begun_;  // of a line
  std::string given_;  // a line that came in pieces
  uint64_t left_ = 0;  // bytes of a string, its CRLF among them
};

// A word of a command: how it begins, and how long it is.
struct Word {
  std::string text{};
  uint64_t size = 0;
  bool operator==(const Word&) const = default;
};

class CommandSkimmer {
 public:
  // Takes bytes up to the end of a command at most. How many were taken.
  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return done_; }
  // Of the command that is done, until the next feed(): the first words, and how many there are.
  std::span<const Word> words() const { return {words_.data(), kept_}; }
  uint64_t count() const { return count_; }

 private:
  base::Result<> step(std::string_view& rest);
  base::Result<> take_line(const Passing::Line& line);
  base::Result<> take_inline(std::string_view line);
  void begin_word(uint64_t size);

  Passing passing_;
  std::vector<Word> words_;  // used again for each command
  size_t kept_ = 0;
  uint64_t count_ = 0;
  uint64_t left_ = 0;  // words still to come
  bool done_ = false;
  std::optional<base::Error> failed_;
};

// What an answer is, or one of its elements.
struct Outline {
  Kind kind = Kind::null;
  std::string text{};   // of strings, errors and numbers: how they begin
  int64_t integer = 0;  // of integer; 0 or 1 of boolean
  uint64_t size = 0;    // bytes of a text, elements of an aggregate (a map has two a pair)
  std::vector<Outline> elements{};  // of an answer itself, the first ones
  uint64_t errors = 0;              // among all its elements
  bool operator==(const Outline&) const = default;

  bool is_error() const { return kind == Kind::error || kind == Kind::bulk_error; }
  bool is_null() const { return kind == Kind::null || kind == Kind::null_array; }
  bool is_simple(std::string_view word) const {
    return kind == Kind::simple_string && text == word;
  }
};

class ReplySkimmer {
 public:
  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return done_; }
  // Of the answer that is done, until the next feed().
  const Outline& outline() const { return top_; }

 private:
  struct Open {
    uint64_t left = 0;  // elements still to come
    bool attributes = false;
  };

  base::Result<> step(std::string_view& rest);
  base::Result<> take_line(std::string_view line);
  base::Result<> take_scalar(char type, std::string_view text);
  base::Result<> begin_string(Kind kind, std::string_view length);
  base::Result<> begin_aggregate(char type, std::string_view length);
  void note(Outline value);
  void close_elements();
  // Whether anybody will look at the value that comes.
  bool keeps() const;

  Passing passing_;
  std::vector<Open> open_;
  Outline top_;
  Outline now_;  // a string that is passing
  bool done_ = false;
  std::optional<base::Error> failed_;
};

}  // namespace peregrine::wire::resp
