// References to other resources, resolved (RFC 3986 section 5): what "../x?y" in a Location or a
// page means.
#pragma once

#include <string>
#include <string_view>

namespace peregrine::net {

// The URI that `reference` names when it stands in the resource `base`; its fragment stays. Any
// text is taken for a reference: whether the result is a URL is for parse_url() to say. REQUIRES:
// `base` has a scheme.
std::string resolve_reference(std::string_view base, std::string_view reference);

// Without "." and ".." (section 5.2.4).
std::string without_dot_segments(std::string_view path);

}  // namespace peregrine::net
