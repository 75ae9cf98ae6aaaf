// What stands in MAIL and RCPT (RFC 5321 section 4.1.2): a path and parameters.
//
//   FROM:<alice@example.com> SIZE=1000 BODY=8BITMIME
//   TO:<@relay.example,@other.example:"a b"@[127.0.0.1]>      the route before ":" is ignored
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peregrine::wire::smtp {

inline constexpr size_t kLocalBytes = 64;  // sections 4.5.3.1.1 and 4.5.3.1.2
inline constexpr size_t kDomainBytes = 255;
inline constexpr size_t kParameters = 16;

struct Parameter {
  std::string name{};  // in upper case
  std::optional<std::string> value{};
};

struct PathLine {
  std::string address{};  // "alice@example.com"; empty for "<>", "Postmaster" may be alone
  std::vector<Parameter> parameters{};
};

// What follows MAIL or RCPT; `keyword` is "FROM" or "TO". A space after the colon is let pass, as
// by most servers. Fails with Code::protocol and a sentence for the client.
base::Result<PathLine> parse_path(std::string_view text, std::string_view keyword);

// Whether it is local-part@domain, quoted strings and address literals included.
bool is_mailbox(std::string_view address);

}  // namespace peregrine::wire::smtp
