#include "boundary/provider_list.h"

#include <utility>

#include "lang/template.h"

namespace peregrine::boundary {

using base::List;
using base::Value;

namespace {

// So few are found sooner by looking at each.
constexpr size_t kFew = 16;

std::string id_of(const Value& object) {
  const Value* id = object.find("id");
  return id ? lang::to_text(*id) : "";
}

}  // namespace

ObjectList& ObjectList::operator=(const ObjectList& other) {
  if (this == &other) return *this;
  list_ = other.list_;
  by_id_.clear();
  indexed_ = false;
  return *this;
}

std::optional<size_t> ObjectList::find(const Value& id) const {
  if (size() <= kFew) return find_by_id(objects(), id);
  if (!indexed_) {
    by_id_.clear();
    for (size_t i = 0; i < size(); ++i) by_id_.emplace(id_of(objects()[i]), i);
    indexed_ = true;
  }
  const auto found = by_id_.find(lang::to_text(id));
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

void ObjectList::insert(size_t index, Value object) {
  indexed_ = indexed_ && index == size();
  if (indexed_) by_id_.emplace(id_of(object), index);
  List& list = changing();
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(index), std::move(object));
}

void ObjectList::replace(size_t index, Value object) {
  indexed_ = indexed_ && id_of(object) == id_of(objects()[index]);
  changing()[index] = std::move(object);
}

void ObjectList::remove(size_t index) {
  indexed_ = indexed_ && index + 1 == size();
  if (indexed_) {
    const auto found = by_id_.find(id_of(objects()[index]));
    if (found->second == index) by_id_.erase(found);  // else it is an earlier one's
  }
  List& list = changing();
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
}

List& ObjectList::changing() {
  if (List* own = list_.sole_list()) return *own;
  list_ = Value(List(objects()));
  return *list_.sole_list();
}

std::optional<size_t> find_by_id(const List& objects, const Value& id) {
  const std::string text = lang::to_text(id);
  for (size_t i = 0; i < objects.size(); ++i) {
    const Value* its = objects[i].find("id");
    if (!its) continue;
    if (its->is_text() ? its->as_text() == text : lang::to_text(*its) == text) return i;
  }
  return std::nullopt;
}

}  // namespace peregrine::boundary
