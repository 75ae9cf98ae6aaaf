// An order in which the race of a journey once fell, kept in a file of its own beside the journey:
// `run` plays it for ever after.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/source.h"

namespace peregrine::lang {

// A plan that has one is its journey's, but for what it is called, and where it is told to be.
struct KeptOrder {
  std::shared_ptr<const Source> of;  // the journey's file
  std::string journey{};             // its name
  std::optional<uint64_t> seed{};    // of all random values; the run's where it is not said
  std::vector<size_t> order{};       // who goes on at each choice; all of them contend
};

}  // namespace peregrine::lang
