// Operating errors: what may go wrong although nobody made a mistake in Peregrine's code.
//
// An Error is data: a code to decide by, a sentence for people, and the error that caused it. A bug
// is check(); a mistake in a user's file is a lang::Diagnostic. No exception crosses a folder.
#pragma once

#include <fmt/core.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace peregrine::base {

enum class Code {
  invalid,    // what was given is not what it should be
  not_found,  // a file, program, host or row does not exist
  refused,    // the other side said no
  timeout,    // a deadline passed
  cancelled,  // whoever owned the work gave it up
  closed,     // the other side went away
  limit,      // a bound was reached
  protocol,   // bytes that break their protocol
  failed,     // anything else the operating system or a library reports
};

std::string_view to_string(Code code);

struct Error {
  Code code = Code::failed;
  std::string text;
  std::shared_ptr<const Error> cause = nullptr;

  // This error and its causes: "text: cause: cause of that".
  std::string to_string() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

// return fail(Code::limit, "a header of {} bytes", n);
template <class... Args>
std::unexpected<Error> fail(Code code, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

// An error of the operating system: "open schema.sql: No such file or directory".
std::unexpected<Error> fail_errno(int number, std::string_view doing);

// The same failure with a sentence that says what was being done.
std::unexpected<Error> because(Error cause, std::string text);

}  // namespace peregrine::base

#define PEREGRINE_JOIN_(a, b) a##b
#define PEREGRINE_JOIN(a, b) PEREGRINE_JOIN_(a, b)
#define PEREGRINE_TRY_(tmp, leave, target, ...)            \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) leave std::unexpected(std::move(tmp).error()); \
  target = *std::move(tmp)
#define PEREGRINE_TRY_OK_(tmp, leave, ...)                   \
  do {                                                       \
    auto tmp = (__VA_ARGS__);                                \
    if (!tmp) leave std::unexpected(std::move(tmp).error()); \
  } while (false)

// TRY(auto x, f()): x is f's value, or this function returns f's error. CO_TRY in coroutines.
#define TRY(target, ...) \
  PEREGRINE_TRY_(PEREGRINE_JOIN(try_, __COUNTER__), return, target, __VA_ARGS__)
#define CO_TRY(target, ...) \
  PEREGRINE_TRY_(PEREGRINE_JOIN(try_, __COUNTER__), co_return, target, __VA_ARGS__)
// TRY_OK(f()): the same for a Result<void>.
#define TRY_OK(...) PEREGRINE_TRY_OK_(PEREGRINE_JOIN(try_, __COUNTER__), return, __VA_ARGS__)
#define CO_TRY_OK(...) PEREGRINE_TRY_OK_(PEREGRINE_JOIN(try_, __COUNTER__), co_return, __VA_ARGS__)
