#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace peregrine::base {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

struct Sequence {
  size_t length;  // 0 if it is not UTF-8
  uint32_t point;
};

// The UTF-8 sequence at the front of `text`.
Sequence decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead};
  size_t length = 0;
  uint32_t point = 0;
  uint32_t least = 0;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2, point = lead & 0x1fU, least = 0x80;
  } else if ((lead & 0xf0) == 0xe0) {
    length = 3, point = lead & 0x0fU, least = 0x800;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4, point = lead & 0x07U, least = 0x10000;
  } else {
    return {0, 0};
  }
  if (text.size() < length) return {0, 0};
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return {0, 0};
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return {point < least || point > 0x10ffff || surrogate ? 0 : length, point};
}

size_t sequence_length(std::string_view text) { return decode(text).length; }

struct Block {
  uint32_t first;
  uint32_t last;
  size_t width;
};
constexpr std::array<Block, 14> kUnusualWidths = {{{0x0300, 0x036f, 0},
                                                   {0x1100, 0x115f, 2},
                                                   {0x200b, 0x200d, 0},
                                                   {0x2e80, 0xa4cf, 2},
                                                   {0xac00, 0xd7a3, 2},
                                                   {0xf900, 0xfaff, 2},
                                                   {0xfe00, 0xfe0f, 0},
                                                   {0xfe30, 0xfe6f, 2},
                                                   {0xff00, 0xff60, 2},
                                                   {0xffe0, 0xffe6, 2},
                                                   {0x1f300, 0x1f64f, 2},
                                                   {0x1f680, 0x1f6ff, 2},
                                                   {0x1f900, 0x1faff, 2},
                                                   {0x20000, 0x3fffd, 2}}};

size_t width_of(uint32_t point) {
  for (const Block& block : kUnusualWidths) {
    if (point >= block.first && point <= block.last) return block.width;
  }
  return 1;
}

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  if (word.size() > kLongestWord) return std::nullopt;
  const size_t tolerated = word.size() <= 3 ? 1 : word.size() <= 6 ? 2 : 3;
  std::optional<std::string_view> best;
  size_t best_distance = tolerated + 1;
  for (std::string_view candidate : candidates) {
    if (candidate.size() > word.size() + tolerated) continue;
    const size_t distance = edit_distance(lowercase(word), lowercase(candidate));
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += fmt::format("`{}`", words[i]);
  }
  return text;
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string first_characters(std::string_view text, size_t count) {
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (is_continuation(text[end])) continue;
    if (count == 0) break;
    --count;
  }
  return std::string(text.substr(0, end));
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Sequence character = decode(text);
    width += character.length == 0 ? 1 : width_of(character.point);
    text.remove_prefix(std::max<size_t>(character.length, 1));
  }
  return width;
}

std::optional<size_t> first_invalid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = sequence_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

std::string shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes;
  while (end > 0 && is_continuation(text[end])) --end;
  return fmt::format("{}… ({} more bytes)", text.substr(0, end), text.size() - end);
}

std::string printable(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const size_t length = sequence_length(text.substr(i));
    // U+0080 to U+009F are control characters too, and some terminals obey them.
    const bool second_controls =
        length == 2 && c == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if ((c == '\n' && keep_newlines) || (c == '\t')) {
      out += text[i++];
    } else if (length == 0 || c < 0x20 || c == 0x7f || second_controls) {
      out += fmt::format("\\x{:02x}", c);
      ++i;
      if (second_controls) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i++]));
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out;
}

std::string in_shell(std::string_view word) {
  const bool plain = word.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_-./:=@%+,") == std::string_view::npos;
  if (plain && !word.empty()) return std::string(word);
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lowercase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string uppercase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace peregrine::base
