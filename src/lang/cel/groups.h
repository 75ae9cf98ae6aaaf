// The groups of functions: one file each, all listed in functions.cc.
#pragma once

#include <span>

namespace peregrine::lang::cel {

struct Function;

std::span<const Function> conversion_functions();
std::span<const Function> string_functions();
std::span<const Function> format_functions();
std::span<const Function> list_functions();
std::span<const Function> math_functions();
std::span<const Function> time_functions();
std::span<const Function> zone_functions();
std::span<const Function> calendar_functions();
std::span<const Function> optional_functions();
std::span<const Function> encoder_functions();
std::span<const Function> journey_functions();
std::span<const Function> token_functions();
std::span<const Function> provider_functions();

}  // namespace peregrine::lang::cel
