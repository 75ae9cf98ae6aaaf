// What an expression may be and use, at most. Reaching a limit is an error that says which.
#pragma once

#include <cstddef>
#include <cstdint>

namespace peregrine::lang::cel {

inline constexpr size_t kMaxExpression = 65'536;  // bytes of one expression's text
inline constexpr int kMaxDepth = 128;             // expressions inside each other
inline constexpr size_t kMaxLocals = 32;          // names of macros inside each other
inline constexpr int64_t kMaxSteps = 1'000'000;   // of one evaluation
inline constexpr int64_t kMaxFoldSteps = 10'000;  // of what is evaluated while compiling
inline constexpr size_t kMaxText = 16 << 20;      // bytes of a text that is made
inline constexpr int64_t kTextPerStep = 64;       // bytes made or read for one step
inline constexpr size_t kMaxFolded = 4096;        // elements of a constant that is kept

}  // namespace peregrine::lang::cel
