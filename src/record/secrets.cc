#include "record/secrets.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include "base/digest.h"
#include "base/text.h"
#include "record/unescaped.h"

namespace peregrine::record {

namespace {

constexpr size_t kMostNumber = 5;    // digits of a number that is no secret: ports, sizes, counts
constexpr size_t kShortestLine = 8;  // of a value of several
constexpr size_t kMostDecoded = 3;   // kinds of escaping in each other
constexpr std::string_view kCut = "…";

uint32_t start_of(const char* bytes) {
  uint32_t start = 0;
  std::memcpy(&start, bytes, sizeof start);
  return start;
}

// Fibonacci hashing to 16 bits.
size_t hash_of(uint32_t start) { return (start * 2654435769U) >> 16; }

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '-' || c == '_';
}

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// How many bytes at the end are an escape that has been cut: "%", "%2", "\\", "\\u00f".
size_t cut_escape_at_end(std::string_view text) {
  size_t at = text.size();
  while (at > 0 && text.size() - at < 3 && is_hex(text[at - 1])) --at;
  if (at > 0 && text[at - 1] == '%' && text.size() - at < 2) return text.size() - at + 1;
  if (at > 0 && text[at - 1] == 'u') --at;
  if (at == 0 || text[at - 1] != '\\') return 0;
  while (at > 0 && text[at - 1] == '\\') --at;
  return text.size() - at;
}

// The same at the beginning, at most: it cannot be told from digits that are none of it.
size_t cut_escape_at_begin(std::string_view text) {
  size_t size = 0;
  while (size < std::min<size_t>(text.size(), 5) && (is_hex(text[size]) || text[size] == 'u')) {
    ++size;
  }
  return size;
}

// How many bytes at the end of a text are the beginning of a secret, or 0.
size_t end_that_begins(std::string_view text, std::string_view secret) {
  const size_t escape = cut_escape_at_end(text);
  for (const size_t left_out : {size_t{0}, escape}) {
    const std::string_view whole = text.substr(0, text.size() - left_out);
    for (size_t size = std::min(secret.size() - 1, whole.size()); size >= Secrets::kShortest;
         --size) {
      if (whole.ends_with(secret.substr(0, size))) return size + left_out;
    }
  }
  return 0;
}

// The same at its beginning, of the end of a secret.
size_t begin_that_ends(std::string_view text, std::string_view secret) {
  const size_t escape = cut_escape_at_begin(text);
  for (size_t left_out = 0; left_out <= escape; ++left_out) {
    const std::string_view whole = text.substr(left_out);
    for (size_t size = std::min(secret.size() - 1, whole.size()); size >= Secrets::kShortest;
         --size) {
      if (whole.starts_with(secret.substr(secret.size() - size))) return size + left_out;
    }
  }
  return 0;
}

std::string with_url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

}  // namespace

// A text, and where each of its bytes came from in the one that is masked.
struct Secrets::View {
  std::string_view text;
  const std::vector<size_t>* from = nullptr;  // null: it is that text

  size_t origin(size_t at) const { return from ? (*from)[at] : at; }
};

std::string_view Secrets::reason_not_to_mask(std::string_view value) {
  if (value.size() < kShortest) return "it has fewer than 4 bytes";
  for (std::string_view word : {"true", "false", "null", "none", "localhost", "127.0.0.1"}) {
    if (base::lowercase(value) == word) return "it is a common word";
  }
  const bool number = value.find_first_not_of("0123456789") == std::string_view::npos;
  if (number && value.size() <= kMostNumber) return "it is a number of few digits";
  return "";
}

void Secrets::add(const std::string& name, std::string_view value) {
  if (!reason_not_to_mask(value).empty()) return;
  names_.push_back(name);
  const size_t index = names_.size() - 1;
  add_forms(value, index);
  for (std::string_view line : base::split(value, '\n')) {
    line = base::trimmed(line);
    if (line.size() >= kShortestLine && line != value) add_forms(line, index);
  }
}

void Secrets::add_forms(std::string_view value, size_t name) {
  has_blank_ = has_blank_ || value.contains(' ');
  has_quote_ = has_quote_ || value.contains('\'');
  add_form({std::string(value), name});
  // Base64 writes three bytes as four characters of six bits each. By how many bytes stand before
  // the value there are three ways to write it; what is taken of each depends on it alone.
  for (size_t before = 0; before < 3; ++before) {
    std::string padded(before, '\0');
    padded += value;
    const std::string text = base::base64(padded);
    const size_t first = (before * 8 + 5) / 6;
    const size_t last = padded.size() * 8 / 6;
    Form form{text.substr(first, last - first), name, before > 0, padded.size() % 3 != 0};
    Form url = form;
    url.bytes = with_url_alphabet(form.bytes);
    const bool differs = url.bytes != form.bytes;
    add_form(std::move(form));
    if (differs) add_form(std::move(url));
  }
}

void Secrets::add_form(Form form) {
  if (forms_.size() >= kMostForms) return;
  if (may_start_.empty()) may_start_.resize(size_t{1} << 16);
  const uint32_t start = start_of(form.bytes.data());
  may_start_[hash_of(start)] = true;
  by_start_[start].push_back(forms_.size());
  forms_.push_back(std::move(form));
}

std::string Secrets::masked(std::string_view text) const {
  std::vector<Match> matches;
  if (!empty()) search_all({text}, 0, matches);
  if (matches.empty()) return std::string(text);
  // The first that begins, and of those the longest; what overlaps it is one with it.
  std::ranges::sort(matches, [](const Match& a, const Match& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::string out;
  size_t done = 0;
  for (size_t i = 0; i < matches.size();) {
    const Match& first = matches[i];
    size_t end = first.end;
    while (++i < matches.size() && matches[i].begin < end) end = std::max(end, matches[i].end);
    out += text.substr(done, first.begin - done);
    out += fmt::format("<secret {}>", names_[first.name]);
    done = end;
  }
  return out += text.substr(done);
}

// Of the text as it is and with what it has escaped undone.
void Secrets::search_all(const View& view, size_t decoded, std::vector<Match>& matches) const {
  search(view, matches);
  search_cut(view, matches);
  if (decoded == kMostDecoded) return;
  for (const Escaping escaping :
       {Escaping::percent, Escaping::form, Escaping::json, Escaping::quotes}) {
    if (escaping == Escaping::form && !has_blank_) continue;
    // A quote beside the one that ends a text would be taken for a pair of the text within it.
    if (escaping == Escaping::quotes && (!has_quote_ || decoded > 0)) continue;
    const std::optional<Unescaped> plain = unescaped(view.text, escaping);
    if (!plain) continue;
    std::vector<size_t> from;
    from.reserve(plain->from.size());
    for (size_t at : plain->from) from.push_back(view.origin(at));
    search_all({plain->text, &from}, decoded + 1, matches);
  }
}

void Secrets::search(const View& view, std::vector<Match>& matches) const {
  const std::string_view text = view.text;
  for (size_t at = 0; at + kShortest <= text.size(); ++at) {
    const uint32_t start = start_of(text.data() + at);
    if (!may_start_[hash_of(start)]) continue;
    const auto candidates = by_start_.find(start);
    if (candidates == by_start_.end()) continue;
    for (const size_t index : candidates->second) {
      const Form& form = forms_[index];
      if (!text.substr(at).starts_with(form.bytes)) continue;
      size_t begin = at;
      size_t end = at + form.bytes.size();
      if (form.before && begin > 0 && is_base64(text[begin - 1])) --begin;
      if (form.behind && end < text.size() && is_base64(text[end])) ++end;
      matches.push_back({view.origin(begin), view.origin(end), form.name});
    }
  }
}

// Beside each "…": what was cut off may have been the rest of a secret, and of an escape in it.
void Secrets::search_cut(const View& view, std::vector<Match>& matches) const {
  const std::string_view text = view.text;
  for (size_t cut = text.find(kCut), last = 0; cut != text.npos;) {
    const size_t behind = cut + kCut.size();
    const size_t next = text.find(kCut, behind);
    const std::string_view before = text.substr(last, cut - last);
    const std::string_view rest = text.substr(behind, std::min(next, text.size()) - behind);
    for (const Form& form : forms_) {
      size_t size = end_that_begins(before, form.bytes);
      // A piece of its midst, cut on both sides.
      if (last > 0 && before.size() >= kShortest && form.bytes.contains(before)) {
        size = before.size();
      }
      if (size > 0) matches.push_back({view.origin(cut - size), view.origin(cut), form.name});
      size = begin_that_ends(rest, form.bytes);
      if (size > 0) matches.push_back({view.origin(behind), view.origin(behind + size), form.name});
    }
    last = behind;
    cut = next;
  }
}

}  // namespace peregrine::record
