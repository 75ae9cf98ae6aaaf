#include "wire/http_message.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace peregrine::wire {

using namespace std::string_view_literals;

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool list_holds(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (same_ignoring_case(base::trimmed(list.substr(0, comma), " \t"), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

void clear_body(std::string& body) {
  if (body.capacity() > kKeptBody) {
    std::string().swap(body);  // an assignment would keep the memory
  } else {
    body.clear();
  }
}

}  // namespace

bool detail::same_letters(const char* a, const char* b, size_t size) {
  if (std::memcmp(a, b, size) == 0) return true;
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

Headers::Headers(std::initializer_list<Header> list) {
  for (const Header& header : list) add(header.name, header.value);
}

size_t Headers::find_place(std::string_view name, size_t from) const {
  for (size_t i = from; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    if (field.name_size == name.size() &&
        detail::same_letters(text_.data() + field.name, name.data(), name.size())) {
      return i;
    }
  }
  return fields_.size();
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const size_t place = find_place(name);
  return place < size() ? std::optional((*this)[place].value) : std::nullopt;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (size_t i = find_place(name); i < size(); i = find_place(name, i + 1)) {
    if (list_holds((*this)[i].value, token)) return true;
  }
  return false;
}

void Headers::add(std::string_view name, std::string_view value) {
  const uint32_t at = append(name, value);
  const auto name_size = static_cast<uint32_t>(name.size());
  fields_.push_back({at, at + name_size, name_size, static_cast<uint32_t>(value.size())});
}

void Headers::add_line(std::string_view line, size_t name_size, size_t value_size) {
  const uint32_t at = append(line, {});
  const auto value = static_cast<uint32_t>(at + line.size() - value_size);
  fields_.push_back(
      {at, value, static_cast<uint32_t>(name_size), static_cast<uint32_t>(value_size)});
}

uint32_t Headers::append(std::string_view first, std::string_view second) {
  const size_t at = text_.size();
  const size_t needed = at + first.size() + second.size();
  base::check(needed <= UINT32_MAX, "headers of more than 4 GiB");
  if (needed <= text_.capacity()) {
    text_.append(first);
    if (!second.empty()) text_.append(second);
  } else {
    // In a text of its own, as the arguments may lie in the present one.
    std::string grown;
    grown.reserve(std::max(needed, 2 * text_.capacity()));
    grown.append(text_).append(first).append(second);
    text_ = std::move(grown);
  }
  return static_cast<uint32_t>(at);
}

void Headers::add_first(std::string_view name, std::string_view value) {
  add(name, value);
  std::ranges::rotate(fields_, std::prev(fields_.end()));
}

void Headers::set(std::string_view name, std::string_view value) {
  Headers changed;
  bool placed = false;
  for (const Header header : *this) {
    if (!same_ignoring_case(header.name, name)) {
      changed.add(header.name, header.value);
    } else if (!std::exchange(placed, true)) {
      changed.add(header.name, value);
    }
  }
  if (!placed) changed.add(name, value);
  *this = std::move(changed);
}

size_t Headers::remove(std::string_view name) {
  Headers left;
  for (const Header header : *this) {
    if (!same_ignoring_case(header.name, name)) left.add(header.name, header.value);
  }
  const size_t removed = size() - left.size();
  *this = std::move(left);
  return removed;
}

bool Headers::operator==(const Headers& other) const { return std::ranges::equal(*this, other); }

void Request::clear() {
  if (method != "GET"sv) method = "GET";
  target.assign(1, '/');
  headers.clear();
  clear_body(body);
}

void Response::clear() {
  status = 200;
  reason.clear();
  headers.clear();
  clear_body(body);
}

std::string_view reason_phrase(int status) {
  static constexpr std::pair<int, std::string_view> kPhrases[] = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {103, "Early Hints"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {203, "Non-Authoritative Information"},
      {204, "No Content"},
      {205, "Reset Content"},
      {206, "Partial Content"},
      {300, "Multiple Choices"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {407, "Proxy Authentication Required"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {424, "Failed Dependency"},
      {425, "Too Early"},
      {426, "Upgrade Required"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {451, "Unavailable For Legal Reasons"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  };
  const auto* found =
      std::ranges::lower_bound(kPhrases, status, {}, &std::pair<int, std::string_view>::first);
  return found != std::end(kPhrases) && found->first == status ? found->second : std::string_view();
}

}  // namespace peregrine::wire
