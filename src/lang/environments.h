// `environments:` of a system: each is laid over the rest of the file, as a tree of YAML, before
// anything is compiled.
//
//   maps merge, key by key          services: { api: { url: "https://staging.example.org" } }
//   null takes away what is there   databases: { postgres: null }
//   all else takes its place
//
// Of a service `run`, `url` and `compose` exclude each other: one that is laid over takes the
// others away, with what only they have.
#pragma once

#include <string_view>
#include <vector>

#include "lang/system_spec.h"

namespace peregrine::lang {

class Environments {
 public:
  // `root` is the file's outermost map, which has to outlive this.
  explicit Environments(const Node& root) : root_(root) {}

  // The names, in the order of the file.
  std::vector<std::string_view> names() const;
  // Reports what is no environment: values that are no maps, keys that none has, a null that takes
  // away what is not there. False when there are too many, none of which is to be read then.
  bool check(Diagnostics& diagnostics) const;
  // The system's tree with this environment laid over it, without `environments:`; an empty name is
  // none. REQUIRES: there is one of this name.
  Node tree(std::string_view name) const;
  // What services, databases and providers the system has and that tree lacks.
  std::vector<Lacking> lacking(const Node& tree) const;

 private:
  const Node& root_;
};

}  // namespace peregrine::lang
