// Reading a map with known keys: what every kind of file and step is made of.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "lang/yaml.h"

namespace peregrine::lang {

// The entries of a map node. Unknown keys are reported at once, keys of the language that this
// version cannot play yet as such. A node that is no map is reported and has no entries.
class Fields {
 public:
  // `what` names the thing for messages: "a step".
  Fields(const Node& node, std::string_view what, Diagnostics& diagnostics,
         const std::vector<std::string_view>& known,
         const std::vector<std::string_view>& later = {});

  // The value of a key, or null.
  const Node* operator[](std::string_view key) const;
  // The same; reports a missing key. `remedy` says how to write it.
  const Node* required(std::string_view key, std::string_view remedy) const;

  const Node& node() const { return node_; }

 private:
  const Node& node_;
  std::string what_;
  Diagnostics& diagnostics_;
};

// Whether a node is a map of names and values, whatever the names; reports one that is not.
bool check_map(const Node& node, std::string_view what, Diagnostics& diagnostics);

// False, with a mistake, when a file has more than `most` of something: "routes".
bool check_count(const Node& node, size_t count, size_t most, std::string_view what,
                 Diagnostics& diagnostics);

// Readers of single values: report what is wrong and give a harmless value instead. `what` says
// what a value is: "`tags`". A text is not empty, a length of time longer than none.
std::string read_text(const Node& node, std::string_view what, Diagnostics& diagnostics);
std::vector<std::string> read_texts(const Node& node, std::string_view what,
                                    Diagnostics& diagnostics);
// "250ms", "5s", "2m", "24h", "7d".
base::Duration read_duration(const Node& node, std::string_view what, Diagnostics& diagnostics);
// `skip`: why something is not played, for whoever reads the report; `true` would tell nothing.
std::string read_reason(const Node& node, Diagnostics& diagnostics);
// A whole number from 1 to `most`.
int64_t read_count(const Node& node, std::string_view what, int64_t most, Diagnostics& diagnostics);
// The same from another number on.
int64_t read_number(const Node& node, std::string_view what, int64_t least, int64_t most,
                    Diagnostics& diagnostics);
// `true` or `false`.
bool read_bool(const Node& node, std::string_view what, Diagnostics& diagnostics);
std::optional<base::Duration> parse_duration(std::string_view text);
bool is_identifier(std::string_view text);
// The rule in words, for remedies.
inline constexpr std::string_view kIdentifierRule =
    "a name has letters, digits and _, and does not begin with a digit";
// False, with a mistake, for a key that is none: "`1a` cannot name an action".
bool check_identifier(const Node& key, std::string_view what, Diagnostics& diagnostics);

}  // namespace peregrine::lang
