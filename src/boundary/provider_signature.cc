#include "boundary/provider_signature.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "base/jws.h"
#include "net/query.h"

namespace peregrine::boundary {

using base::Algorithm;
using base::Result;

namespace {

template <class Unit>
std::string since_1970(base::WallTime now) {
  return std::to_string(std::chrono::floor<Unit>(now).time_since_epoch().count());
}

// The URL, then each name and its value in the order of the names: "https://…/smsBodyHiFrom+49…".
Result<std::string> twilio_text(const SignedRequest& request) {
  TRY(net::Pairs pairs, net::parse_query(request.body));
  std::ranges::sort(pairs.list);
  std::string text(request.url);
  for (const auto& [name, value] : pairs) text += name + value;
  return text;
}

}  // namespace

Result<> sign(const lang::Signature& how, std::string_view secret, const SignedRequest& request,
              base::WallTime now, wire::Headers& headers) {
  const std::string_view body = request.body;
  using Scheme = lang::Signature::Scheme;
  switch (how.scheme) {
    case Scheme::stripe: {
      const std::string time = since_1970<std::chrono::seconds>(now);
      const std::string mac =
          base::hmac_hex(Algorithm::sha256, secret, fmt::format("{}.{}", time, body));
      headers.add("Stripe-Signature", fmt::format("t={},v1={}", time, mac));
      return {};
    }
    case Scheme::retell: {
      const std::string time = since_1970<std::chrono::milliseconds>(now);
      const std::string mac = base::hmac_hex(Algorithm::sha256, secret, std::string(body) + time);
      headers.add("x-retell-signature", fmt::format("v={},d={}", time, mac));
      return {};
    }
    case Scheme::sendgrid: {
      const std::string time = since_1970<std::chrono::seconds>(now);
      TRY(const std::string signature, base::sign_ecdsa(time + std::string(body), secret));
      headers.add("X-Twilio-Email-Event-Webhook-Signature", base::base64(signature));
      headers.add("X-Twilio-Email-Event-Webhook-Timestamp", time);
      return {};
    }
    case Scheme::twilio: {
      TRY(const std::string text, twilio_text(request));
      headers.add("X-Twilio-Signature", base::base64(base::hmac(Algorithm::sha1, secret, text)));
      return {};
    }
    case Scheme::hmac: {
      const auto algorithm = base::algorithm_named(how.algorithm);
      headers.add(how.header,
                  how.prefix + base::hmac_hex(algorithm.value_or(Algorithm::sha256), secret, body));
      return {};
    }
    case Scheme::token:
      // Without a secret nothing is sent, as when none was agreed upon.
      if (!secret.empty()) headers.add(how.header, secret);
      return {};
  }
  return {};
}

}  // namespace peregrine::boundary
