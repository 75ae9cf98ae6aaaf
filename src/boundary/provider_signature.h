// How webhooks are signed (lang::Signature says where each scheme puts what).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "lang/provider_spec.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

// Adds the headers that sign this body. Fails with Code::invalid for a secret that the scheme
// cannot use: `sendgrid` takes a private key on P-256 in PEM.
base::Result<> sign(const lang::Signature& how, std::string_view secret, std::string_view body,
                    base::WallTime now, wire::Headers& headers);

}  // namespace peregrine::boundary
