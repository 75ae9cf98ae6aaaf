#include "wire/smtp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "base/check.h"
#include "base/text.h"
#include "wire/http_message.h"

namespace peregrine::wire::smtp {

using base::check;

namespace {

constexpr size_t kCrlfBytes = 2;

bool is_printable(std::string_view line) {
  return std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Session::Session(Options options, Limits limits) : options_(std::move(options)), limits_(limits) {
  say(220, options_.host + " ESMTP");
}

size_t Session::feed(std::string_view bytes) {
  std::string_view rest = bytes;
  if (question_ && question_->about == Question::About::starttls && !rest.empty() && !closed_) {
    question_.reset();
    end(554, "commands may not follow STARTTLS before the handshake");
  }
  while (!rest.empty() && !question_) {
    if (closed_) return bytes.size();
    if (state_ == State::data) {
      take_data_bytes(rest);
    } else {
      take_command_bytes(rest);
    }
  }
  return bytes.size() - rest.size();
}

void Session::accept() {
  check(question_.has_value(), "there is no question to answer");
  const Question answered = *std::exchange(question_, std::nullopt);
  switch (answered.about) {
    case Question::About::sender:
      in_transaction_ = true;
      envelope_.from = answered.address;
      return say(250, "sender accepted");
    case Question::About::recipient:
      envelope_.recipients.push_back(answered.address);
      return say(250, "recipient accepted");
    case Question::About::login:
      user_ = answered.user;
      return say(235, "logged in");
    case Question::About::message:
      forget_transaction();
      return say(250, "message accepted");
    case Question::About::starttls:
      // RFC 3207 section 4.2: nothing that was said before counts.
      tls_ = true;
      client_.clear();
      user_.clear();
      return forget_transaction();
  }
}

void Session::refuse(const Reply& reply) {
  check(question_ && question_->about != Question::About::starttls, "there is nothing to refuse");
  check(reply.code >= 400 && reply.code <= 599, "a refusal has a code from 400 to 599");
  check(is_printable(reply.text), "a reply is one line of ASCII");
  const Question::About about = std::exchange(question_, std::nullopt)->about;
  if (about == Question::About::sender || about == Question::About::message) forget_transaction();
  if (reply.code == 421) return end(reply.code, reply.text);
  say(reply.code, reply.text);
}

void Session::say(int code, std::string_view text) {
  fmt::format_to(std::back_inserter(output_), "{} {}\r\n", code, text);
}

void Session::mistake(int code, std::string_view text) {
  if (++mistakes_ > limits_.mistakes) return end(421, "too many mistakes");
  say(code, text);
}

void Session::end(int code, std::string_view text) {
  say(code, text);
  closed_ = true;
}

void Session::forget_transaction() {
  in_transaction_ = false;
  envelope_ = Envelope{};
}

// ---- Commands

void Session::take_command_bytes(std::string_view& rest) {
  const size_t lf = rest.find('\n');
  const size_t size = lf == std::string_view::npos ? rest.size() : lf + 1;
  if (size > limits_.command_line + kCrlfBytes - line_.size()) {
    line_too_long_ = true;
    line_.clear();
  }
  if (!line_too_long_) line_ += rest.substr(0, size);
  rest.remove_prefix(size);
  if (lf == std::string_view::npos) return;
  const std::string line = std::exchange(line_, {});
  if (std::exchange(line_too_long_, false)) {
    state_ = State::command;
    return mistake(500, fmt::format("a line is longer than {} bytes", limits_.command_line));
  }
  if (!line.ends_with("\r\n")) return end(521, "a line ends in LF without CR");
  take_line(std::string_view(line).substr(0, line.size() - kCrlfBytes));
}

void Session::take_line(std::string_view line) {
  if (!is_printable(line)) {
    state_ = State::command;
    return mistake(500, "a command has only printable ASCII");
  }
  if (state_ == State::command) return command(line);
  auth_answer(line);
}

void Session::command(std::string_view line) {
  static constexpr std::array<Verb, 11> kVerbs = {{
      {"EHLO", &Session::ehlo, true},
      {"HELO", &Session::helo, true},
      {"MAIL", &Session::mail, true},
      {"RCPT", &Session::rcpt, true},
      {"DATA", &Session::data, false},
      {"RSET", &Session::rset, false},
      {"NOOP", &Session::noop, true},
      {"QUIT", &Session::quit, false},
      {"VRFY", &Session::vrfy, true},
      {"STARTTLS", &Session::starttls, false},
      {"AUTH", &Session::auth, true},
  }};
  const size_t space = std::min(line.find(' '), line.size());
  const std::string_view name = line.substr(0, space);
  const std::string_view argument = base::trimmed(line.substr(space));
  const auto verb = std::ranges::find_if(
      kVerbs, [&](const Verb& candidate) { return same_ignoring_case(candidate.name, name); });
  if (verb == kVerbs.end()) return mistake(500, "there is no such command");
  if (!verb->argument && !argument.empty()) {
    return mistake(501, fmt::format("{} has no argument", verb->name));
  }
  (this->*verb->handler)(argument);
}

void Session::helo(std::string_view argument) {
  if (argument.empty()) return mistake(501, "name the client");
  client_ = argument;
  extended_ = false;
  forget_transaction();
  say(250, options_.host);
}

void Session::ehlo(std::string_view argument) {
  if (argument.empty()) return mistake(501, "name the client");
  client_ = argument;
  extended_ = true;
  forget_transaction();
  std::vector<std::string> lines = {options_.host, fmt::format("SIZE {}", limits_.message),
                                    "8BITMIME"};
  if (options_.starttls && !tls_) lines.push_back("STARTTLS");
  if (options_.auth) lines.push_back("AUTH PLAIN LOGIN");
  for (const std::string& line : lines) {
    fmt::format_to(std::back_inserter(output_), "250-{}\r\n", line);
  }
  say(250, "PIPELINING");
}

void Session::mail(std::string_view argument) {
  if (client_.empty()) return mistake(503, "EHLO comes first");
  if (in_transaction_) return mistake(503, "MAIL was given already");
  if (options_.auth_required && user_.empty()) return mistake(530, "log in first");
  const base::Result<PathLine> line = parse_path(argument, "FROM");
  if (!line) return mistake(501, line.error().text);
  forget_transaction();
  if (!take_mail_parameters(line->parameters)) return;
  envelope_.client = client_;
  envelope_.user = user_;
  envelope_.tls = tls_;
  ask({.about = Question::About::sender, .address = line->address});
}

// False if the client was told what is wrong with them.
bool Session::take_mail_parameters(const std::vector<Parameter>& parameters) {
  bool size_given = false;
  bool body_given = false;
  for (const auto& [name, value] : parameters) {
    if (extended_ && name == "SIZE" && value && !std::exchange(size_given, true)) {
      uint64_t size = 0;
      const char* end = value->data() + value->size();
      const auto [after, error] = std::from_chars(value->data(), end, size);
      if (after != end || error == std::errc::invalid_argument) {
        return mistake(501, "SIZE is a number of bytes"), false;
      }
      if (error != std::errc() || size > limits_.message) {
        return mistake(552, fmt::format("at most {} bytes", limits_.message)), false;
      }
    } else if (extended_ && name == "BODY" && value && !std::exchange(body_given, true)) {
      envelope_.eight_bit = same_ignoring_case(*value, "8BITMIME");
      if (!envelope_.eight_bit && !same_ignoring_case(*value, "7BIT")) {
        return mistake(501, "BODY is 7BIT or 8BITMIME"), false;
      }
    } else if (extended_ && options_.auth && name == "AUTH" && value) {
      continue;  // RFC 4954 section 5: who wrote it, which nobody here trusts
    } else {
      return mistake(555, fmt::format("{} is not known, or stands twice", name)), false;
    }
  }
  return true;
}

void Session::rcpt(std::string_view argument) {
  if (!in_transaction_) return mistake(503, "MAIL comes first");
  const base::Result<PathLine> line = parse_path(argument, "TO");
  if (!line) return mistake(501, line.error().text);
  if (!line->parameters.empty()) return mistake(555, "RCPT has no parameters here");
  if (envelope_.recipients.size() == limits_.recipients) {
    return mistake(452, fmt::format("at most {} recipients", limits_.recipients));
  }
  ask({.about = Question::About::recipient, .address = line->address});
}

void Session::data(std::string_view) {
  if (!in_transaction_) return mistake(503, "MAIL comes first");
  if (envelope_.recipients.empty()) return mistake(503, "no recipient was accepted");
  state_ = State::data;
  data_state_ = DataState::line_start;
  data_bytes_ = data_line_bytes_ = 0;
  data_too_long_ = data_line_too_long_ = false;
  say(354, "end with a line that is a dot");
}

void Session::rset(std::string_view) {
  forget_transaction();
  say(250, "forgotten");
}

void Session::noop(std::string_view) { say(250, "here"); }

void Session::quit(std::string_view) { end(221, options_.host + " closes"); }

void Session::vrfy(std::string_view argument) {
  if (argument.empty()) return mistake(501, "VRFY needs a name");
  say(252, "send it, then it will show");
}

void Session::starttls(std::string_view) {
  if (!options_.starttls) return mistake(502, "STARTTLS is not offered");
  if (tls_) return mistake(503, "the connection is encrypted already");
  if (client_.empty()) return mistake(503, "EHLO comes first");
  say(220, "begin the handshake");
  ask({.about = Question::About::starttls});
}

}  // namespace peregrine::wire::smtp
