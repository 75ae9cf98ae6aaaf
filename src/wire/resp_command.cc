#include <charconv>
#include <utility>

#include "base/check.h"
#include "wire/feed.h"
#include "wire/http1_line.h"
#include "wire/resp.h"

namespace peregrine::wire::resp {

using base::check;
using base::Code;
using base::fail;
using base::Result;
using http1::excerpt;

namespace {

constexpr size_t kCrlfBytes = 2;

// What an inline command looks like to Redis (sdssplitargs): words, "with \n and \x00", 'plain \''.
class InlineWords {
 public:
  explicit InlineWords(std::string_view line) : line_(line), rest_(line) {}

  Result<Command> split() {
    Command words;
    while (true) {
      while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
      if (rest_.empty()) return words;
      std::string word;
      while (!rest_.empty() && !is_space(rest_.front())) {
        const char c = next();
        if (c != '"' && c != '\'') {
          word += c;
          continue;
        }
        TRY_OK(take_quoted(c, word));
        break;
      }
      words.push_back(std::move(word));
    }
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

  char next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::unexpected<base::Error> unbalanced() const {
    return fail(Code::protocol, "the quotes of the inline command {} are not balanced",
                excerpt(line_));
  }

  Result<> take_quoted(char quote, std::string& word) {
    while (true) {
      if (rest_.empty()) return unbalanced();
      const char c = next();
      if (c == quote) break;
      if (c == '\\' && quote == '"' && !rest_.empty()) {
        word += escaped();
      } else if (c == '\\' && rest_.starts_with('\'')) {
        word += next();
      } else {
        word += c;
      }
    }
    if (!rest_.empty() && !is_space(rest_.front())) return unbalanced();
    return {};
  }

  char escaped() {
    const char c = next();
    unsigned char byte = 0;
    if (c == 'x' && rest_.size() >= 2) {
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 2, byte, 16);
      if (error == std::errc() && end == rest_.data() + 2) {
        rest_.remove_prefix(2);
        return static_cast<char>(byte);
      }
    }
    constexpr std::string_view kNames = "nrtba";
    constexpr std::string_view kBytes = "\n\r\t\b\a";
    const size_t at = kNames.find(c);
    return at == std::string_view::npos ? c : kBytes[at];
  }

  std::string_view line_;
  std::string_view rest_;
};

}  // namespace

Result<Command> split_inline(std::string_view line) { return InlineWords(line).split(); }

// ---- Pieces

Result<std::optional<std::string>> Pieces::line(std::string_view& input) {
  const size_t end = input.find('\n');
  const size_t size = end == std::string_view::npos ? input.size() : end + 1;
  if (size > limits_.line + kCrlfBytes - kept_.size()) {
    return fail(Code::limit, "a line is longer than {} bytes", limits_.line);
  }
  kept_ += input.substr(0, size);
  input.remove_prefix(size);
  if (end == std::string_view::npos) return std::nullopt;
  TRY_OK(check_size(kept_.size()));
  return std::exchange(kept_, {});
}

Result<std::optional<std::string>> Pieces::counted(std::string_view& input, size_t size) {
  const size_t taken = std::min(input.size(), size + kCrlfBytes - kept_.size());
  kept_ += input.substr(0, taken);
  input.remove_prefix(taken);
  if (kept_.size() < size + kCrlfBytes) return std::nullopt;
  if (!kept_.ends_with("\r\n")) {
    return fail(Code::protocol, "a string of {} bytes is not followed by CRLF", size);
  }
  kept_.resize(size);
  return std::exchange(kept_, {});
}

Result<> Pieces::count(size_t elements) {
  if (elements > limits_.elements - elements_) {
    return fail(Code::limit, "there are more than {} elements", limits_.elements);
  }
  elements_ += elements;
  return {};
}

Result<> Pieces::check_size(uint64_t size) {
  if (size > limits_.bytes - bytes_) {
    return fail(Code::limit, "there are more than {} bytes", limits_.bytes);
  }
  bytes_ += size;
  return {};
}

void Pieces::reset() {
  kept_.clear();
  bytes_ = elements_ = 0;
}

// ---- CommandReader

Result<size_t> CommandReader::feed(std::string_view bytes) {
  return detail::feed(
      bytes, failed_, [this] { return done(); },
      [this](std::string_view& rest) { return step(rest); });
}

Command CommandReader::take() {
  check(done_, "a command is taken before it is complete");
  done_ = false;
  pieces_.reset();
  return std::exchange(command_, {});
}

Result<> CommandReader::step(std::string_view& rest) {
  if (!size_) {
    TRY(const auto line, pieces_.line(rest));
    return line ? take_line(*line) : Result<>{};
  }
  TRY(auto argument, pieces_.counted(rest, *size_));
  if (!argument) return {};
  command_.push_back(*std::move(argument));
  size_.reset();
  done_ = --left_ == 0;
  return {};
}

Result<> CommandReader::take_line(std::string_view line) {
  const bool inside = left_ > 0;
  const bool inlined = !inside && line.front() != '*';
  if (line.ends_with("\r\n")) {
    line.remove_suffix(kCrlfBytes);
  } else if (inlined) {
    line.remove_suffix(1);
  } else {
    return fail(Code::protocol, "the line {} does not end in CRLF", excerpt(line));
  }
  if (inlined) {
    TRY(command_, split_inline(line));
    TRY_OK(pieces_.count(command_.size()));
    done_ = !command_.empty();
    if (!done_) pieces_.reset();
    return {};
  }
  const char type = inside ? '$' : '*';
  uint64_t number = 0;
  const std::string_view digits = line.substr(line.empty() ? 0 : 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = end == digits.data() + digits.size();
  if (!inside && digits == "-1") {
    pieces_.reset();
    return {};
  }
  if (!line.starts_with(type) || error == std::errc::invalid_argument || !whole) {
    return fail(Code::protocol, "{} stands where '{}' and a length must be", excerpt(line), type);
  }
  if (error == std::errc::result_out_of_range) number = UINT64_MAX;
  if (inside) {
    TRY_OK(pieces_.check_size(number));
    size_ = number;
    return {};
  }
  TRY_OK(pieces_.count(number));
  left_ = number;
  if (left_ == 0) pieces_.reset();
  return {};
}

}  // namespace peregrine::wire::resp
