// Telephone numbers in the one form by which customers are known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace peregrine::booking {

// E.164: "0049 30 1234-567" gives "+49301234567". Nothing for what is no international number.
std::optional<std::string> normalised_phone(std::string_view text);

}  // namespace peregrine::booking
