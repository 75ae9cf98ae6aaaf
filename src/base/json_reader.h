// What reads a JSON text. Its parts: json.cc reads all of it, json_selection.cc a part.
#pragma once

#include <fmt/core.h>

#include <forward_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "base/json_selection.h"
#include "base/result.h"
#include "base/text.h"
#include "base/value.h"

namespace peregrine::base {

// A text of a few megabytes may not become hundreds of them in memory.
inline constexpr size_t kMaxJsonValues = 2'000'000;
// Up to so many keys each is compared with each.
inline constexpr size_t kFewKeys = 16;

inline std::string_view key_of(const Map::Entry& entry) { return entry.first; }
inline std::string_view key_of(std::string_view key) { return key; }

// The name of a key that stands twice, if one does.
template <class Entry>
std::optional<std::string_view> repeated_key(std::span<const Entry> entries) {
  if (entries.size() > kFewKeys) {
    std::unordered_set<std::string_view> seen;
    for (const Entry& entry : entries) {
      if (!seen.insert(key_of(entry)).second) return key_of(entry);
    }
    return std::nullopt;
  }
  for (size_t i = 1; i < entries.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (key_of(entries[i]) == key_of(entries[j])) return key_of(entries[i]);
    }
  }
  return std::nullopt;
}

inline bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}
  // Of a text with `selection` only that, unless it is null.
  Result<Value> read_all(const JsonSelection* selection);

 private:
  // Whether it could be read; if not, `error_` says why. `depth` lists and maps are around it.
  // `out` is null before.
  bool read(int depth, Value& out);
  bool read_list(int depth, Value& out);
  bool read_map(int depth, Value& out);
  bool read_selected(int depth, const JsonSelection& selection, Value& out);
  bool read_selected_entries(int depth, const JsonSelection& selection,
                             std::vector<Map::Entry>& entries);
  // Only looks for mistakes.
  bool skip(int depth);
  bool skip_list(int depth);
  // Valid until the next text is read.
  bool read_text(std::string_view& out);
  bool read_special(std::string_view plain);
  bool read_beyond_ascii(std::string& out);
  bool read_escape(std::string& out);
  bool read_unicode(std::string& out);
  std::optional<uint32_t> read_hex();
  bool read_number(Value& out);
  bool read_word(std::string_view word, Value value, Value& out);

  // In the place of a null, which needs no end: an assignment would first look of which of all the
  // kinds both sides are.
  template <class T>
  static bool give(Value& out, T&& value) {
    std::construct_at(&out, std::forward<T>(value));
    return true;
  }

  std::string_view rest() const { return {text_.data() + at_, text_.size() - at_}; }
  void skip_blanks() {
    const char* const end = text_.data() + text_.size();
    const char* here = text_.data() + at_;
    while (here != end && *here <= ' ' && is_blank(*here)) ++here;
    at_ = static_cast<size_t>(here - text_.data());
  }
  // The next character that is not blank; 0 at the end.
  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char mark) {
    if (peek() != mark || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  template <class... Args>
  bool fails(Code code, fmt::format_string<Args...> text, Args&&... args) {
    error_ = Error{
        code, fmt::format("near byte {}: {}", at_, fmt::format(text, std::forward<Args>(args)...))};
    return false;
  }
  template <class Entry>
  bool check_keys(std::span<const Entry> entries) {
    const auto twice = repeated_key(entries);
    if (!twice) return true;
    return fails(Code::invalid, "the key \"{}\" is given twice", printable(*twice));
  }
  // "`x` stands where …", or that the text ends.
  bool fails_for_want_of(std::string_view what);

  std::string_view text_;
  size_t at_ = 0;
  size_t values_ = 0;    // that were made, or are being
  std::string special_;  // the present text, where it is not written as it is meant
  // Of the maps around the present place, as far as they are not made as a whole.
  std::vector<std::string_view> keys_;
  std::forward_list<std::string> special_keys_;
  Error error_;
};

}  // namespace peregrine::base
