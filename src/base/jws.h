// JSON Web Signatures in compact form (RFC 7515), which JSON Web Tokens (RFC 7519) are sent as:
// base64url of the header, of the payload and of the signature, with points between.
//
// Algorithms (RFC 7518, 8037): HS256 HS384 HS512 with any bytes as the key; RS256 … PS512 with an
// RSA key, ES256 ES384 ES512 with one on P-256, P-384, P-521, EdDSA with Ed25519, each a private
// key in PEM without a password.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::base {

// Signed with the header's `alg`; without one it is put first: HS256, or for a key in PEM what goes
// with it (RS256 for RSA). ES and PS signatures differ from call to call. Fails (Code::invalid) for
// an algorithm that is none of these, and a key that does not go with it.
Result<std::string> sign_jws(const Map& header, std::string_view payload, std::string_view key);

// The payload's bytes. The signature is not looked at. Fails for what is not in this form.
Result<std::string> jws_payload(std::string_view token);

// ECDSA on P-256 over SHA-256 of the bytes themselves, its two numbers in ASN.1: how webhooks are
// signed. It differs from call to call. Fails as sign_jws() does.
Result<std::string> sign_ecdsa(std::string_view message, std::string_view key);

}  // namespace peregrine::base
