// Compiles the text of an expression: parses it, resolves its names to slots, expands macros, works
// out what is constant, and finds the mistakes that can be seen before anything runs.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/cel/env_reads.h"
#include "lang/cel/node.h"
#include "lang/names.h"

namespace peregrine::lang::cel {

struct Options {
  // Without, unknown names and kinds that do not fit fail when they are evaluated, as CEL has it
  // for expressions that are not checked.
  bool check = true;
  bool self = false;  // whether there is a `this`: Context::self
  // What file() and csv() read, by the path as it is written.
  std::function<base::Result<std::string>(std::string_view path)> read_file = nullptr;
};

// `anna.email`: a member of somebody of the journey.
struct PersonRead {
  Slot slot;
  std::string whose;
  std::string member;
  Span at;
};

// `json.order.id`: what lies behind `order` and `id` in the map of a slot; without keys all of it.
struct SlotRead {
  Slot slot;
  std::vector<std::string> keys;
};

struct Program {
  std::string text;
  NodePtr root;
  std::vector<Slot> reads;      // sorted
  bool reads_self = false;      // mentions `this`
  bool may_be_special = false;  // what it gives may hold types, optionals, maps with other keys
  bool builds = false;          // it may give lists or maps that no slot held
  bool varies = false;          // draws random values or reads the clock
  std::vector<PersonRead> person_reads{};
  std::vector<EnvRead> env_reads{};
  std::vector<SlotRead> slot_reads{};

  // The value, specials and all. Fails with the frame's error.
  base::Result<base::Value> evaluate(const Context& context) const;
};

std::expected<Program, Mistake> compile(std::string_view text, const Names& names,
                                        const Options& options = {});

}  // namespace peregrine::lang::cel
