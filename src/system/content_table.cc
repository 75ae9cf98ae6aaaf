#include "system/content_table.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"

namespace peregrine::system {

namespace {

// With its length, so that no two lists of texts are one.
std::string framed(const std::string& text) { return fmt::format("{}:{}", text.size(), text); }

std::string digest_of_rows(std::vector<std::string> rows) {
  std::ranges::sort(rows);
  std::string all;
  for (const std::string& row : rows) all += framed(row);
  return base::sha256_hex(all);
}

std::string name_of(const ContentTable& table, size_t column) {
  return table.name + "." + table.columns[column];
}

}  // namespace

std::map<std::string, std::string> parts_of(const ContentTable& table) {
  std::map<std::string, std::string> parts;
  for (size_t column = 0; column < table.columns.size(); ++column) {
    std::vector<std::string> cells;
    for (const auto& row : table.rows) cells.push_back(row[column]);
    parts[name_of(table, column)] = digest_of_rows(std::move(cells));
  }
  return parts;
}

std::string digest_of(const ContentTable& table, const std::set<std::string>& without) {
  std::vector<std::string> rows;
  for (const auto& row : table.rows) {
    std::string& text = rows.emplace_back();
    for (size_t column = 0; column < table.columns.size(); ++column) {
      if (!without.contains(name_of(table, column))) text += framed(row[column]);
    }
  }
  return fmt::format("{} {}\n", table.name, digest_of_rows(std::move(rows)));
}

}  // namespace peregrine::system
