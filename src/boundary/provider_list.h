// The objects of one of a provider's resources, in the order of their creation: a list as
// expressions see it, which finds by id without looking at each, and changes in place as long as
// nobody else holds the list.
//
// To add, replace, take the last and find cost the same however many there are; the first find and
// whatever comes first after a copy was made look at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/value.h"
#include "lang/context.h"

namespace peregrine::boundary {

class ObjectList final : public lang::Finder {
 public:
  ObjectList() = default;
  // Shares the objects.
  ObjectList(const ObjectList& other) : Finder(other), list_(other.list_) {}
  ObjectList& operator=(const ObjectList& other);

  const base::Value& value() const { return list_; }
  const base::List& objects() const { return list_.as_list(); }
  size_t size() const { return objects().size(); }
  const base::Value& operator[](size_t index) const { return objects()[index]; }
  // An id is found by its text too: `path.id` is text, whatever the ids are.
  std::optional<size_t> find(const base::Value& id) const override;

  // REQUIRES: `index` is that of an object; to insert, at most their number.
  void insert(size_t index, base::Value object);
  void replace(size_t index, base::Value object);
  void remove(size_t index);

 private:
  base::List& changing();

  base::Value list_{base::List{}};
  mutable std::unordered_map<std::string, size_t> by_id_{};
  mutable bool indexed_ = false;
};

// The place of an object in a list, by its id or the id's text.
std::optional<size_t> find_by_id(const base::List& objects, const base::Value& id);

}  // namespace peregrine::boundary
