#include "base/result.h"

#include <cstring>

namespace peregrine::base {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::invalid:
      return "invalid";
    case Code::not_found:
      return "not found";
    case Code::refused:
      return "refused";
    case Code::timeout:
      return "timeout";
    case Code::cancelled:
      return "cancelled";
    case Code::closed:
      return "closed";
    case Code::limit:
      return "limit";
    case Code::protocol:
      return "protocol";
    case Code::failed:
      return "failed";
  }
  return "unknown";
}

std::string Error::to_string() const {
  return cause ? fmt::format("{}: {}", text, cause->to_string()) : text;
}

std::unexpected<Error> fail_errno(int number, std::string_view doing) {
  Code code = Code::failed;
  if (number == ENOENT) code = Code::not_found;
  if (number == ECONNREFUSED || number == EACCES || number == EPERM) code = Code::refused;
  if (number == ECONNRESET || number == EPIPE || number == ECONNABORTED) code = Code::closed;
  if (number == ETIMEDOUT) code = Code::timeout;
  // No descriptor is left, or no port to connect from.
  if (number == EMFILE || number == ENFILE || number == EADDRNOTAVAIL) code = Code::limit;
  return std::unexpected(Error{code, fmt::format("{}: {}", doing, std::strerror(number))});
}

std::unexpected<Error> because(Error cause, std::string text) {
  Code code = cause.code;
  return std::unexpected(
      Error{code, std::move(text), std::make_shared<const Error>(std::move(cause))});
}

}  // namespace peregrine::base
