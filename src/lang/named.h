// Lists of things that have a `name`: services, actors, fields of a resource, …
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace peregrine::lang {

// Null where there is none; else valid as long as the list is not changed.
template <class T>
const T* find_named(const std::vector<T>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name, &T::name);
  return found == list.end() ? nullptr : &*found;
}

// For suggestions. They live as long as what they are the names of.
template <class T>
std::vector<std::string_view> names_of(const std::vector<T>& list) {
  std::vector<std::string_view> names;
  names.reserve(list.size());
  for (const T& each : list) names.push_back(each.name);
  return names;
}

}  // namespace peregrine::lang
