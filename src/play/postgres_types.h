// PostgreSQL's types to values and back, in their text form (PostgreSQL's manual, chapter 8).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "net/postgres.h"

namespace peregrine::play {

// The type of the elements of array types that a database has made itself: of its enums, domains
// and composites. PostgreSQL's own are known.
using ArrayElements = std::map<uint32_t, uint32_t>;

// A cell of an answer as a value, by the type that PostgreSQL gives it: integers, floats, numeric
// (exact), bool, json, jsonb, timestamptz, bytea, and arrays as lists. All other types are text as
// PostgreSQL writes it, and so is what has no value here: NaN, the infinities, instants outside of
// 1678 to 2261, arrays that do not begin at 1.
base::Value from_postgres(const net::Column& column, const net::Cell& cell,
                          const ArrayElements& elements = {});

// The types among these columns of which only the database can say whether they are arrays.
std::vector<uint32_t> unknown_types(const std::vector<net::Column>& columns);

// A value as a parameter, in text form: a list as an array, null as NULL. The server knows the type
// from the statement, and refuses what it cannot read as that.
net::Cell to_postgres(const base::Value& value);

// The array of a list: "{1,NULL,\"a b\"}". What is neither list nor number in it is text.
std::string to_postgres_array(const base::List& list);
// "\\x00ff".
std::string to_postgres_bytes(std::string_view bytes);

}  // namespace peregrine::play
