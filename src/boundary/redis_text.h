// A command of Redis and what came of it, as text for people. Passwords are not in it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "wire/resp_skim.h"

namespace peregrine::boundary {

// "SET cart:7 "two words" EX 60". `count` is how many words there are, of which `words` are the
// first; long ones are cut. Of AUTH, HELLO and others that carry passwords these are "***".
std::string shown_command(std::span<const wire::resp::Word> words, uint64_t count);

// Whether what Redis answers may hold a password, as settings and users do: it is not to be shown.
bool answers_with_secrets(std::span<const wire::resp::Word> words);

// "OK", "(nil)", "3", ""a text"", "[a, b, … 98 more]", "ERR no such key".
std::string shown_answer(const wire::resp::Outline& answer);

// What came by itself: "message orders hello".
std::string shown_message(const wire::resp::Outline& message);

}  // namespace peregrine::boundary
