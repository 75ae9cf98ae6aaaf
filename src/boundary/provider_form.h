// Names and values of a query or a form as a value: brackets make lists and maps of them, as PHP,
// Rails and Stripe write them.
//
//   a=1&b[c]=2&items[0][id]=x&items[1][id]=y&tags[]=p&tags[]=q&n=1&n=2
//   {a: "1", b: {c: "2"}, items: [{id: "x"}, {id: "y"}], tags: ["p", "q"], n: ["1", "2"]}
//
// What is in brackets has to be closed; a name that is not written so stands for itself. A list has
// the places from 0 in whatever order; a map stays one if its keys are not such.
#pragma once

#include <string>

#include "base/value.h"
#include "net/query.h"

namespace peregrine::boundary {

inline constexpr size_t kMostBrackets = 10;  // of a name; one that has more stands for itself

base::Value nested(const net::Pairs& pairs);

// A map as the body of a form: a name for each element of a list, none for null.
std::string to_form(const base::Value& pairs);

}  // namespace peregrine::boundary
