// PostgreSQL's types to values and back, in their text form (PostgreSQL's manual, chapter 8).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "net/postgres.h"

namespace peregrine::play {

// A cell of an answer as a value, by the type that PostgreSQL gives it: integers, floats, numeric
// (exact), bool, json, jsonb, timestamptz, bytea, and arrays of these as lists. All other types,
// and what has no value here (NaN, infinity), are text.
base::Value from_postgres(const net::Column& column, const net::Cell& cell);

// The array of a list: "{1,NULL,\"a b\"}". What is neither list nor number in it is text.
std::string to_postgres_array(const base::List& list);
// "\\x00ff".
std::string to_postgres_bytes(std::string_view bytes);

}  // namespace peregrine::play
