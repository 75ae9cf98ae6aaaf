// What a part of a system holds, as rows of texts, to be compared between plays (the trial `race`).
// The order of its rows does not count.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace peregrine::system {

struct ContentTable {
  std::string name;  // "acme.charges"
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // each with as many texts as there are columns
};

// A digest of each column, by "acme.charges.cents".
std::map<std::string, std::string> parts_of(const ContentTable& table);
// The table's name and a digest of all but some of its columns, on one line. How many rows there
// are shows in any case.
std::string digest_of(const ContentTable& table, const std::set<std::string>& without);

}  // namespace peregrine::system
