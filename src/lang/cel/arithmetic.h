// + - * / % and the minus of one operand: integers that do not overflow, doubles, exact decimals,
// instants and durations; + also of text, bytes and lists.
#pragma once

#include "lang/cel/node.h"

namespace peregrine::lang::cel {

// Into `result`; false with the frame's error set. REQUIRES: one of "+-*/%".
bool calculate(Frame& frame, char sign, const base::Value& a, const base::Value& b,
               base::Value& result);
bool negate(Frame& frame, const base::Value& a, base::Value& result);

// What the operator gives for operands of these kinds; 0 if nothing.
KindSet calculates(char sign, KindSet a, KindSet b);

}  // namespace peregrine::lang::cel
