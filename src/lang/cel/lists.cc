// Functions of lists and maps, and size().
#include <algorithm>

#include "base/text.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/special.h"
#include "lang/template.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

bool size(Call& call) {
  const Value& of = call[0];
  size_t count = 0;
  if (of.is_list()) {
    count = of.as_list().size();
  } else if (of.is_text()) {
    const auto bytes = static_cast<int64_t>(of.as_text().size());
    if (!call.frame().charge(bytes / kTextPerStep)) return false;
    count = base::count_characters(of.as_text());
  } else {
    count = of.kind() == Kind::bytes ? of.as_bytes().size() : map_size(of);
  }
  return call.give(Value(static_cast<int64_t>(count)));
}

bool charge_elements(Call& call) {
  return call.frame().charge(static_cast<int64_t>(call[0].as_list().size()));
}

bool reverse(Call& call) {
  if (!charge_elements(call)) return false;
  const base::List& list = call[0].as_list();
  return call.give(Value(base::List(list.rbegin(), list.rend())));
}

bool slice(Call& call) {
  const base::List& list = call[0].as_list();
  const int64_t from = call[1].as_int(), to = call[2].as_int();
  if (from < 0 || to < from || static_cast<size_t>(to) > list.size()) {
    return call.fail("there is no slice from {} to {} in a list of {}", from, to, list.size());
  }
  if (!charge_elements(call)) return false;
  return call.give(Value(base::List(list.begin() + from, list.begin() + to)));
}

// Lists in the list give way to their elements, `depth` times.
bool flatten_into(Call& call, const base::List& list, int64_t depth, base::List& out) {
  for (const Value& element : list) {
    if (!call.frame().charge(1)) return false;
    if (!element.is_list() || depth == 0) {
      out.push_back(element);
    } else if (!flatten_into(call, element.as_list(), depth - 1, out)) {
      return false;
    }
  }
  return true;
}

bool flatten(Call& call) {
  const int64_t depth = call.size() > 1 ? call[1].as_int() : 1;
  if (depth < 0) return call.fail("flatten takes a depth of at least 0, not {}", depth);
  base::List out;
  return flatten_into(call, call[0].as_list(), depth, out) && call.give(Value(std::move(out)));
}

bool distinct(Call& call) {
  base::List out;
  for (const Value& element : call[0].as_list()) {
    if (!call.frame().charge(1 + static_cast<int64_t>(out.size()))) return false;
    const bool known = std::ranges::any_of(
        out, [&](const Value& each) { return equal(call.frame(), each, element); });
    if (!known) out.push_back(element);
  }
  return call.frame().steps_left >= 0 && call.give(Value(std::move(out)));
}

bool sort(Call& call) {
  if (!charge_elements(call)) return false;
  base::List list = call[0].as_list();
  for (const Value& element : list) {
    if (base::compare(element, list.front()) == std::partial_ordering::unordered) {
      return call.fail("sort takes a list of what can be compared, not {} with {}",
                       kind_name(list.front()), kind_name(element));
    }
  }
  std::ranges::sort(list, [](const Value& a, const Value& b) { return base::compare(a, b) < 0; });
  return call.give(Value(std::move(list)));
}

bool first(Call& call) {
  const base::List& list = call[0].as_list();
  return call.give(optional_of(list.empty() ? std::nullopt : std::optional(list.front())));
}

bool last(Call& call) {
  const base::List& list = call[0].as_list();
  return call.give(optional_of(list.empty() ? std::nullopt : std::optional(list.back())));
}

// Ids that are numbers are text in a path, a query or a form.
bool same_id(Frame& frame, const Value& id, const Value& wanted) {
  if (id.is_number() && wanted.is_text()) return to_text(id) == wanted.as_text();
  return equal(frame, id, wanted);
}

// The map in the list whose `id` is this; null if there is none.
bool find(Call& call) {
  if (call[1].is_null()) return call.give(Value());
  const base::List& list = call[0].as_list();
  const References* references = call.context().references;
  if (const Finder* finder = references ? references->finder(list) : nullptr) {
    if (!call.frame().charge(1)) return false;
    const auto place = finder->find(call[1]);
    return call.give(place ? list[*place] : Value());
  }
  for (const Value& element : list) {
    if (!call.frame().charge(1)) return false;
    const Value* id = is_map(element) ? map_find(element, Value("id")) : nullptr;
    const bool same = id && same_id(call.frame(), *id, call[1]);
    if (call.frame().steps_left < 0) return false;
    if (same) return call.give(element);
  }
  return call.give(Value());
}

// The same map with one member added, or in the place of the one of that name.
bool with(Call& call) {
  if (!call.frame().charge(static_cast<int64_t>(map_size(call[0])))) return false;
  std::vector<KeyedMap::Entry> entries;
  bool replaced = false;
  each_entry(call[0], [&](const Value& key, const Value& value) {
    const bool same = key == call[1];
    replaced |= same;
    entries.emplace_back(key, same ? call[2] : value);
    return true;
  });
  if (!replaced) entries.emplace_back(call[1], call[2]);
  auto map = make_map(std::move(entries));
  if (!map) return call.fail("a map has a key once");
  return call.give(*std::move(map));
}

// range(n): from 0 to below n; range(a, b): from a to below b.
bool range(Call& call) {
  const int64_t from = call.size() > 1 ? call[0].as_int() : 0;
  const int64_t to = call[call.size() - 1].as_int();
  base::List list;
  for (int64_t i = from; i < to; ++i) {
    if (!call.frame().charge(1)) return false;
    list.emplace_back(i);
  }
  return call.give(Value(std::move(list)));
}

constexpr auto kMethod = Form::method;
constexpr KindSet kSized = kText | kBytes | kList | kMap;
constexpr std::array kFunctions = {
    Function{"distinct", "list.distinct()", kMethod, {kList}, 1, 1, kList, distinct},
    Function{"find", "find(list, id)", Form::function, {kList, kAny}, 2, 2, kAny, find},
    Function{"first", "list.first()", kMethod, {kList}, 1, 1, kOptional, first},
    Function{"flatten", "list.flatten()", kMethod, {kList, kInt}, 1, 2, kList, flatten},
    Function{"last", "list.last()", kMethod, {kList}, 1, 1, kOptional, last},
    Function{"lists.range", "lists.range(n)", Form::function, {kInt}, 1, 1, kList, range},
    Function{"range", "range(n)", Form::function, {kInt, kInt}, 1, 2, kList, range},
    Function{"reverse", "list.reverse()", kMethod, {kList}, 1, 1, kList, reverse},
    Function{"size", "size(x)", Form::either, {kSized}, 1, 1, kInt, size},
    Function{"slice", "list.slice(from, to)", kMethod, {kList, kInt, kInt}, 3, 3, kList, slice},
    Function{"sort", "list.sort()", kMethod, {kList}, 1, 1, kList, sort},
    Function{"with", "map.with('key', value)", kMethod, {kMap, kText, kAny}, 3, 3, kMap, with},
};

}  // namespace

std::span<const Function> list_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
