// Protocol buffers' text format, as far as CEL's conformance data uses it: fields without a schema,
// in their order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace peregrine::conformance {

struct Field {
  std::string name;
  std::string text;           // of a scalar, decoded
  std::vector<Field> fields;  // of a message
  bool message = false;

  // The first field of this name, or null.
  const Field* find(std::string_view wanted) const;
  std::string_view text_of(std::string_view wanted) const;
};

// The fields of a file. Aborts on what it cannot read: the data is known.
std::vector<Field> read_textproto(std::string_view text);

}  // namespace peregrine::conformance
