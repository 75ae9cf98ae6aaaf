#include <algorithm>

#include "base/json_reader.h"

namespace peregrine::base {

void JsonSelection::add(std::span<const std::string> path) {
  if (path.empty()) return add_all();
  if (!all) member(path.front()).add(path.subspan(1));
}

void JsonSelection::add_all() {
  all = true;
  members.clear();
}

JsonSelection& JsonSelection::member(std::string_view key) {
  if (all) return *this;
  const auto found = std::ranges::find(members, key, &Member::key);
  if (found != members.end()) return found->selection;
  return members.emplace_back(std::string(key), JsonSelection()).selection;
}

const JsonSelection* JsonSelection::find(std::string_view key) const {
  if (all) return this;
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->selection;
}

bool JsonReader::read_selected(int depth, const JsonSelection& selection, Value& out) {
  if (selection.all || peek() != '{' || depth >= kMaxJsonDepth) return read(depth, out);
  std::vector<Map::Entry> entries;
  return read_selected_entries(depth, selection, entries) &&
         give(out, Map::of_distinct(std::move(entries)));
}

bool JsonReader::read_selected_entries(int depth, const JsonSelection& selection,
                                       std::vector<Map::Entry>& entries) {
  ++at_;
  const size_t first = keys_.size();
  if (!take('}')) {
    do {
      std::string_view key;
      if (peek() != '"') return fails_for_want_of("a key in quotes");
      if (!read_text(key)) return false;
      if (key.data() == special_.data()) key = special_keys_.emplace_front(key);
      keys_.push_back(key);
      if (!take(':')) return fails_for_want_of("`:`");
      if (const JsonSelection* selected = selection.find(key)) {
        Map::Entry& entry = entries.emplace_back(key, Value());
        if (!read_selected(depth + 1, *selected, entry.second)) return false;
      } else if (!skip(depth + 1)) {
        return false;
      }
    } while (take(','));
    if (!take('}')) return fails_for_want_of("`,` or `}`");
  }
  if (!check_keys(std::span<const std::string_view>(keys_).subspan(first))) return false;
  keys_.resize(first);
  return true;
}

bool JsonReader::skip_list(int depth) {
  ++at_;
  if (take(']')) return true;
  do {
    if (!skip(depth + 1)) return false;
  } while (take(','));
  return take(']') || fails_for_want_of("`,` or `]`");
}

bool JsonReader::skip(int depth) {
  static const JsonSelection kNothing;
  const char first = peek();
  const bool may_nest = depth < kMaxJsonDepth;
  if (may_nest && first == '{') {
    std::vector<Map::Entry> none;
    return read_selected_entries(depth, kNothing, none);
  }
  if (may_nest && first == '[') return skip_list(depth);
  std::string_view text;
  if (first == '"') return read_text(text);
  Value scalar;  // or the mistake
  return read(depth, scalar);
}

Result<Value> parse_json(std::string_view text, const JsonSelection& selection) {
  return JsonReader(text).read_all(&selection);
}

}  // namespace peregrine::base
