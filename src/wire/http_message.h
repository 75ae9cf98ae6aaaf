// Requests and responses of HTTP as the semantics see them (RFC 9110): no matter which version of
// the protocol carries them. Bodies are whole and decoded from their transfer coding.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::wire {

// The same text but for the case of ASCII letters.
bool same_ignoring_case(std::string_view a, std::string_view b);

struct Header {
  std::string name{};
  std::string value{};
  bool operator==(const Header&) const = default;
};

// Header fields in the order in which they came or will be sent. Names are found without regard to
// case (RFC 9110 section 5.1) and kept as they were written.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> list) : list_(list) {}

  // The value of the first field of that name, or null. Valid until the headers change.
  const std::string* find(std::string_view name) const;
  // The same, empty if there is none.
  std::string_view get(std::string_view name) const;
  // Whether a comma-separated list in any field of that name holds the token, case apart.
  bool has_token(std::string_view name, std::string_view token) const;

  void add(std::string name, std::string value);
  // As the first of all, where Host belongs (RFC 9112 section 3.2).
  void add_first(std::string name, std::string value);
  // Puts this value in the place of the first field of that name and removes the others.
  void set(std::string name, std::string value);
  // Number of fields removed.
  size_t remove(std::string_view name);
  void clear() { list_.clear(); }

  size_t size() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<Header> list_;
};

struct Request {
  std::string method = "GET";
  std::string target = "/";  // as in the request line: "/path?query"
  Headers headers{};
  std::string body{};
  bool operator==(const Request&) const = default;
};

struct Response {
  int status = 200;
  std::string reason{};  // empty: the usual phrase for the status is sent
  Headers headers{};
  std::string body{};
  bool operator==(const Response&) const = default;
};

// "Not Found" for 404 (RFC 9110 section 15); empty for a status without a usual phrase.
std::string_view reason_phrase(int status);

}  // namespace peregrine::wire
