// RESP, the protocol of Redis, versions 2 and 3, sans I/O: commands and replies to bytes and back.
// Source: redis.io/docs, "Redis serialization protocol specification", and redis-specifications/
// protocol/RESP3.md.
//
//   command   *2 CRLF $3 CRLF GET CRLF $1 CRLF a CRLF      an array of bulk strings,
//             GET a CRLF                                   or inline, split as a shell would
//   reply     +text  simple string     -text   error         :7  integer
//             $5     bulk string       $-1     null          *2  array       *-1  null array
//    RESP3    _      null              #t      boolean       ,1.5  double    (123  big number
//             !21    bulk error        =15     verbatim, its first four bytes are "txt:"
//             %1     map, key and value in turn    ~2  set    >2  push
//             |1     attributes: a map in front of the value that it belongs to
//
// A line ends in CRLF (an inline command's in LF too, as Redis has it). Streamed strings and
// aggregates ($? *? %? ~?) are refused: Redis does not send them. Nesting, counts and lengths are
// bounded, and memory is taken as bytes come, not as a length promises.
//
// Errors of the readers are Code::protocol or Code::limit and final, and the same however the bytes
// are cut. Nothing here is shared between threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peregrine::wire::resp {

enum class Version { resp2, resp3 };

enum class Kind {
  simple_string,
  error,  // "ERR message"
  integer,
  bulk_string,
  null,
  null_array,  // RESP2 has two nulls
  array,
  boolean,
  number,      // a double; its digits as they came
  big_number,  // an integer of any size, in decimal digits
  bulk_error,
  verbatim,
  map,  // elements are key, value, key, value, …
  set,
  push,  // out of band; at the top only
};

struct Value {
  Kind kind = Kind::null;
  std::string text{};    // of strings, errors, number, big_number
  std::string format{};  // of verbatim: three bytes, "txt" or "mkd"
  int64_t integer = 0;   // of integer; 0 or 1 of boolean
  std::vector<Value> elements{};
  std::vector<Value> attributes{};  // key, value, …
  bool operator==(const Value&) const = default;
};
Value text(std::string bytes);
Value error(std::string message);
Value integer(int64_t number);
Value array(std::vector<Value> elements);

using Command = std::vector<std::string>;

struct Limits {
  size_t line = 64 * 1024;
  size_t bytes = 64 << 20;    // of all strings and lines of one command or reply
  size_t elements = 1 << 20;  // of one command or reply, at all depths
  size_t depth = 32;          // of aggregates in aggregates
};

// ---- Reading

// What both readers are made of: lines, and strings of a counted length with CRLF after them.
class Pieces {
 public:
  explicit Pieces(Limits limits) : limits_(limits) {}
  // Each takes bytes from the front of `input`; nothing if the end has not come yet. A line is
  // given with its LF.
  base::Result<std::optional<std::string>> line(std::string_view& input);
  base::Result<std::optional<std::string>> counted(std::string_view& input, size_t size);
  base::Result<> count(size_t elements);     // that were announced
  base::Result<> check_size(uint64_t size);  // of a string that was announced
  void reset();

 private:
  Limits limits_;
  std::string kept_;
  size_t bytes_ = 0;
  size_t elements_ = 0;
};

// The words of an inline command, split as Redis does: "with \n and \x00", 'plain \''. None of an
// empty line. Fails with Code::protocol when quotes are not balanced.
base::Result<Command> split_inline(std::string_view line);

class CommandReader {
 public:
  explicit CommandReader(Limits limits = {}) : pieces_(limits) {}

  // Takes bytes up to the end of a command at most. How many were taken. Empty lines and empty
  // arrays are passed over, as Redis does.
  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return done_; }
  Command take();  // REQUIRES: done()

 private:
  base::Result<> step(std::string_view& rest);
  base::Result<> take_line(std::string_view line);

  Pieces pieces_;
  Command command_;
  size_t left_ = 0;             // arguments still to come
  std::optional<size_t> size_;  // of the argument that is coming
  bool done_ = false;
  std::optional<base::Error> failed_;
};

class ReplyReader {
 public:
  explicit ReplyReader(Limits limits = {}) : limits_(limits), pieces_(limits) {}

  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return done_.has_value(); }
  Value take();  // REQUIRES: done()

 private:
  struct Open {
    Value value;      // an aggregate of which elements have come
    size_t left = 0;  // elements still to come
    bool attributes = false;
  };

  base::Result<> step(std::string_view& rest);
  base::Result<> take_line(std::string_view line);
  base::Result<> take_scalar(char type, std::string_view text);
  base::Result<> begin_string(Kind kind, std::string_view text);
  base::Result<> begin_aggregate(char type, std::string_view text);
  base::Result<> end_string(std::string bytes);
  base::Result<> add(Value value);

  Limits limits_;
  Pieces pieces_;
  std::optional<size_t> size_;     // of the string that is coming
  Kind kind_ = Kind::bulk_string;  // of it
  std::vector<Open> open_;
  std::vector<Value> attributes_;  // for the next value
  std::optional<Value> done_;
  std::optional<base::Error> failed_;
};

// ---- Writing

// REQUIRES: the command is not empty.
void append(std::string& out, const Command& command);

// For RESP2 what it lacks is written as Redis does: maps, sets and pushes as arrays, booleans as
// integers, numbers and verbatim strings as bulk strings, attributes not at all. Fails with
// Code::invalid, and appends nothing, for a value that could not be read again.
base::Result<> append(std::string& out, const Value& value, Version version);

// ---- Numbers

// "7", "-7" or "+7"; nothing for what is no integer of 64 bits.
std::optional<int64_t> parse_integer(std::string_view text);
// Whether the text is a double as RESP3 writes it: "1.5", "-2e10", "inf", "-inf", "nan".
bool is_number(std::string_view text);
bool is_big_number(std::string_view text);

}  // namespace peregrine::wire::resp
