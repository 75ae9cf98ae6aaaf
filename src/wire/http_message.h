// Requests and responses of HTTP as the semantics see them (RFC 9110): no matter which version of
// the protocol carries them. Bodies are whole and decoded from their transfer coding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::wire {

namespace detail {
bool same_letters(const char* a, const char* b, size_t size);
}

// The same text but for the case of ASCII letters.
inline bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && detail::same_letters(a.data(), b.data(), a.size());
}

// One header field. A view: whoever gave it says how long it lasts.
struct Header {
  std::string_view name{};
  std::string_view value{};
  bool operator==(const Header&) const = default;
};

// Header fields in the order in which they came or will be sent. Names are found without regard to
// case (RFC 9110 section 5.1) and kept as they were written.
//
// All names and values lie in one text; cleared, it keeps its memory, so that headers which are
// filled again and again allocate nothing. What find(), get() and the iteration give is valid until
// the headers change.
class Headers {
 public:
  class Iterator;

  Headers() = default;
  Headers(std::initializer_list<Header> list);

  // The value of the first field of that name, if there is one.
  std::optional<std::string_view> find(std::string_view name) const;
  // The place of the first field of that name from this place on; size() if there is none.
  size_t find_place(std::string_view name, size_t from = 0) const;
  // The same, empty if there is none.
  std::string_view get(std::string_view name) const { return find(name).value_or(""); }
  // Whether a comma-separated list in any field of that name holds the token, case apart.
  bool has_token(std::string_view name, std::string_view token) const;

  // REQUIRES: 4 GiB in all at most. The arguments may be views of these headers themselves.
  void add(std::string_view name, std::string_view value);
  // The field of a line "Name: value": the name is its beginning, the value its end.
  void add_line(std::string_view line, size_t name_size, size_t value_size);
  // For whoever reads many at once: a field whose parts begin so many bytes behind what is there;
  // add_text() brings these bytes, before anything else is asked.
  void add_in_text(size_t name, size_t name_size, size_t value, size_t value_size) {
    const auto at = static_cast<uint32_t>(text_.size());
    fields_.push_back({at + static_cast<uint32_t>(name), at + static_cast<uint32_t>(value),
                       static_cast<uint32_t>(name_size), static_cast<uint32_t>(value_size)});
  }
  void add_text(std::string_view text) { append(text, {}); }
  // As the first of all, where Host belongs (RFC 9112 section 3.2).
  void add_first(std::string_view name, std::string_view value);
  // Puts this value in the place of the first field of that name and removes the others.
  void set(std::string_view name, std::string_view value);
  // Number of fields removed.
  size_t remove(std::string_view name);
  void clear() { text_.clear(), fields_.clear(); }

  size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  // REQUIRES: index < size().
  Header operator[](size_t index) const {
    const Field& field = fields_[index];
    return {{text_.data() + field.name, field.name_size},
            {text_.data() + field.value, field.value_size}};
  }
  Iterator begin() const;
  Iterator end() const;
  bool operator==(const Headers& other) const;

 private:
  struct Field {
    uint32_t name;  // where they begin in text_
    uint32_t value;
    uint32_t name_size;
    uint32_t value_size;
  };

  // Takes this text to the end of text_, where it begins.
  uint32_t append(std::string_view first, std::string_view second);

  std::string text_;
  std::vector<Field> fields_;
};

class Headers::Iterator {
 public:
  using value_type = Header;
  using difference_type = ptrdiff_t;

  Iterator() = default;
  Iterator(const Headers& of, size_t at) : of_(&of), at_(at) {}
  Header operator*() const { return (*of_)[at_]; }
  Iterator& operator++() {
    ++at_;
    return *this;
  }
  Iterator operator++(int) { return {*of_, at_++}; }
  bool operator==(const Iterator&) const = default;

 private:
  const Headers* of_ = nullptr;
  size_t at_ = 0;
};

inline Headers::Iterator Headers::begin() const { return {*this, 0}; }
inline Headers::Iterator Headers::end() const { return {*this, size()}; }

// Bytes of a body's memory that a cleared message keeps for the next.
inline constexpr size_t kKeptBody = size_t{64} << 10;

struct Request {
  std::string method = "GET";
  std::string target = "/";  // as in the request line: "/path?query"
  Headers headers{};
  std::string body{};
  // As new, but for the memory that it keeps (kKeptBody of the body at most).
  void clear();
  bool operator==(const Request&) const = default;
};

struct Response {
  int status = 200;
  std::string reason{};  // empty: the usual phrase for the status is sent
  Headers headers{};
  std::string body{};
  void clear();  // as above
  bool operator==(const Response&) const = default;
};

// "Not Found" for 404 (RFC 9110 section 15); empty for a status without a usual phrase.
std::string_view reason_phrase(int status);

}  // namespace peregrine::wire
