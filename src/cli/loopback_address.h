// Where a flag says that something listens or is posted to: on this machine, or where --allow-host
// lets it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/socket.h"
#include "net/url.h"

namespace peregrine::cli {

// "127.0.0.1:9464", "localhost:9464", "[::1]:0". Fails with Code::invalid for what is none, and
// with Code::refused for a host that is not on this machine and not among those allowed.
base::Result<io::Address> listen_address(std::string_view text,
                                         const std::vector<std::string>& allowed);

// "http://127.0.0.1:4318", whose path is a folder. Fails likewise.
base::Result<net::Url> post_url(std::string_view text, const std::vector<std::string>& allowed);

}  // namespace peregrine::cli
