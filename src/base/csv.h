// Comma-separated values (RFC 4180) with a header row.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::base {

inline constexpr size_t kMaxCsvCells = 1'000'000;

// A list of maps: each row below the header by the header's names, every cell a text. Lines end in
// CRLF or LF; an empty line is no row; a byte order mark is dropped. Fails with the line
// (Code::invalid) where a row is not as long as the header, a quote is out of place or has no end,
// a name is missing or given twice, or the text is not UTF-8; Code::limit above kMaxCsvCells.
Result<Value> parse_csv(std::string_view text);

}  // namespace peregrine::base
