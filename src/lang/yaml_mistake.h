// What is wrong with a file that is not YAML, in words for people who do not know YAML's grammar.
#pragma once

#include <optional>
#include <string>

#include "lang/diagnostic.h"

namespace peregrine::lang {

// Bytes that no file of text holds: not UTF-8, control characters. At most one is told.
std::optional<Diagnostic> find_bad_byte(const std::shared_ptr<const Source>& source);

// `message` is yaml-cpp's, `at` where it stopped, `open_bracket` the innermost `{` or `[` that is
// not closed there.
Diagnostic explain_yaml_mistake(const std::string& message, Place at,
                                const std::optional<Place>& open_bracket);

}  // namespace peregrine::lang
