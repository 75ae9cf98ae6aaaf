#include "base/digest.h"
#include "wire/http_message.h"
#include "wire/smtp.h"

namespace peregrine::wire::smtp {

// RFC 4954 section 4.
void Session::auth(std::string_view argument) {
  if (!options_.auth) return mistake(502, "AUTH is not offered");
  if (client_.empty() || !extended_) return mistake(503, "EHLO comes first");
  if (!user_.empty()) return mistake(503, "logged in already");
  if (in_transaction_) return mistake(503, "AUTH is not for within a transaction");
  const size_t space = std::min(argument.find(' '), argument.size());
  const std::string_view mechanism = argument.substr(0, space);
  const std::string_view initial = argument.substr(std::min(space + 1, argument.size()));
  if (same_ignoring_case(mechanism, "PLAIN")) {
    state_ = State::auth_plain;
    if (initial.empty()) return say(334, "");
  } else if (same_ignoring_case(mechanism, "LOGIN")) {
    state_ = State::auth_login_user;
    if (initial.empty()) return say(334, base::base64("Username:"));
  } else {
    return mistake(504, "PLAIN and LOGIN are known here");
  }
  auth_answer(initial == "=" ? "" : initial);
}

void Session::auth_answer(std::string_view line) {
  const State asked = std::exchange(state_, State::command);
  if (line == "*") return mistake(501, "given up");
  const std::optional<std::string> bytes = base::base64_decoded(line);
  if (!bytes) return mistake(501, "that is not base64");
  if (asked == State::auth_login_user) {
    login_name_ = *bytes;
    state_ = State::auth_login_password;
    return say(334, base::base64("Password:"));
  }
  Question login{.about = Question::About::login};
  if (asked == State::auth_login_password) {
    login.user = std::exchange(login_name_, {});
    login.password = *bytes;
  } else {
    // RFC 4616: whom to act as, who it is, password, with NUL between them.
    const size_t first = bytes->find('\0');
    const size_t second = first == std::string::npos ? first : bytes->find('\0', first + 1);
    if (second == std::string::npos || bytes->find('\0', second + 1) != std::string::npos) {
      return mistake(501, "PLAIN is an identity, a user and a password");
    }
    login.user = bytes->substr(first + 1, second - first - 1);
    login.password = bytes->substr(second + 1);
  }
  if (login.user.empty()) return mistake(501, "there is no user");
  ask(std::move(login));
}

}  // namespace peregrine::wire::smtp
