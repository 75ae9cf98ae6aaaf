// What verbs that begin with a request read alike: its target, `query` and `headers`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lang/verbs.h"

namespace peregrine::lang {

// `schemes` are those that a full URL in the place of a path may have.
HttpAction read_request(const VerbContext& context, std::string method,
                        std::span<const std::string_view> schemes);

}  // namespace peregrine::lang
