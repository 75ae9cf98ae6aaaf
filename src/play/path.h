// Where in a value a comparison is: "json.items[2].sku". Made as text only when there is something
// to tell; on the way down it costs nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace peregrine::play {

class Path {
 public:
  // The views, and the path that this one goes on from, outlive it.
  explicit Path(std::string_view root) : name_(root) {}
  Path member(std::string_view key) const { return {this, key, kNoIndex}; }
  Path element(size_t index) const { return {this, {}, index}; }

  std::string to_string() const;

 private:
  static constexpr size_t kNoIndex = static_cast<size_t>(-1);
  Path(const Path* in, std::string_view name, size_t index) : in_(in), name_(name), index_(index) {}

  const Path* in_ = nullptr;
  std::string_view name_;
  size_t index_ = kNoIndex;
};

}  // namespace peregrine::play
