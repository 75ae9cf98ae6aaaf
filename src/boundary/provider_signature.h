// How webhooks are signed (lang::Signature says where each scheme puts what).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "lang/provider_spec.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

struct SignedRequest {
  std::string_view url;  // as it was asked for
  std::string_view body;
};

// Adds the headers that sign this request. Fails with Code::invalid for a secret that the scheme
// cannot use: `sendgrid` takes a private key on P-256 in PEM; and for a body that it cannot sign.
base::Result<> sign(const lang::Signature& how, std::string_view secret,
                    const SignedRequest& request, base::WallTime now, wire::Headers& headers);

}  // namespace peregrine::boundary
