#include "play/postgres_array.h"

namespace peregrine::play {

using base::Value;

namespace {

constexpr int kDeepest = 6;  // dimensions; PostgreSQL has no more

class ArrayParser {
 public:
  ArrayParser(std::string_view text, const std::function<Value(const std::string&)>& element)
      : text_(text), element_(element) {}

  std::optional<Value> parse() {
    std::optional<Value> list = parse_list(kDeepest);
    if (at_ != text_.size()) return std::nullopt;
    return list;
  }

 private:
  std::optional<Value> parse_list(int depth) {
    if (depth == 0 || !accept('{')) return std::nullopt;
    base::List list;
    if (accept('}')) return Value(std::move(list));
    do {
      std::optional<Value> item = next() == '{' ? parse_list(depth - 1) : parse_element();
      if (!item) return std::nullopt;
      list.push_back(*std::move(item));
    } while (accept(','));
    if (!accept('}')) return std::nullopt;
    return Value(std::move(list));
  }

  std::optional<Value> parse_element() {
    std::string text;
    const bool quoted = accept('"');
    while (at_ < text_.size() && !(quoted ? next() == '"' : next() == ',' || next() == '}')) {
      if (next() == '\\') ++at_;
      if (at_ < text_.size()) text += text_[at_++];
    }
    if (quoted && !accept('"')) return std::nullopt;
    if (!quoted && text == "NULL") return Value();
    return element_(text);
  }

  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  const std::function<Value(const std::string&)>& element_;
  size_t at_ = 0;
};

}  // namespace

std::optional<Value> parse_postgres_array(std::string_view text,
                                          const std::function<Value(const std::string&)>& element) {
  return ArrayParser(text, element).parse();
}

std::string quote_array_element(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace peregrine::play
