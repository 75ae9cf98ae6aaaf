// Small things about text that several layers need.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::base {

// The number of insertions, deletions, replacements and swaps of neighbours that lead from a to b.
size_t edit_distance(std::string_view a, std::string_view b);

// The candidate most like `word`, if one is near enough to be what was meant. Words longer than
// kLongestWord are like none.
inline constexpr size_t kLongestWord = 64;
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

// "`a`, `b` or `c`".
std::string alternatives(std::span<const std::string_view> words);

// Characters (code points) of UTF-8 text, as far as it is valid.
size_t count_characters(std::string_view text);

// The text's first `count` characters.
std::string first_characters(std::string_view text, size_t count);

// Columns that the text takes on a terminal: two for wide characters of East Asia and emoji, none
// for combining ones (as Unicode's UAX #11 has it, by blocks). Bytes that are not UTF-8 count one.
size_t display_width(std::string_view text);

// The offset of the first byte that is not UTF-8, if any (RFC 3629).
std::optional<size_t> first_invalid_utf8(std::string_view text);

// At most `bytes` bytes of text, cut between characters, with "… (N more bytes)" where it was cut.
std::string shortened(std::string_view text, size_t bytes);

// Text that is safe to print on a terminal: bytes of control characters and those that are not
// UTF-8 as \xNN, tabs as they are, newlines kept if wanted.
std::string printable(std::string_view text, bool keep_newlines = false);

// A word as a POSIX shell reads it back: as it is when that is safe, else in single quotes.
std::string in_shell(std::string_view word);

std::vector<std::string_view> split(std::string_view text, char separator);
// A part of the text, without these characters at its ends.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");
// Of ASCII letters; all else stays as it is.
std::string lowercase(std::string_view text);
std::string uppercase(std::string_view text);

}  // namespace peregrine::base
