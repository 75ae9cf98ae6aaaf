#include "wire/websocket_handshake.h"

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"
#include "base/text.h"
#include "wire/http1_line.h"

namespace peregrine::wire::websocket {

using base::check;
using base::Code;
using base::fail;
using base::Result;
using http1::excerpt;

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // section 1.3
constexpr std::string_view kVersion = "13";
constexpr size_t kKeyBytes = 16;
constexpr size_t kProtocols = 64;  // that a client may offer

// All fields of that name as one list (RFC 9110 section 5.3).
std::string joined(const Headers& headers, std::string_view name) {
  std::string out;
  for (const Header header : headers) {
    if (!same_ignoring_case(header.name, name)) continue;
    if (!out.empty()) out += ", ";
    out += header.value;
  }
  return out;
}

// The only field of that name.
Result<std::string_view> single(const Headers& headers, std::string_view name) {
  const auto has_name = [&](const Header& h) { return same_ignoring_case(h.name, name); };
  if (const auto count = std::ranges::count_if(headers, has_name); count != 1) {
    return fail(Code::protocol, "there are {} headers {}; one is needed", count, name);
  }
  return headers.get(name);
}

// The client's first protocol that the server knows; its own list is a set (section 4.2.2).
Result<std::string> choose_protocol(const Headers& headers, const Wish& wish) {
  const std::string list = joined(headers, "Sec-WebSocket-Protocol");
  if (list.empty()) return std::string();
  const std::vector<std::string_view> offered = base::split(list, ',');
  if (offered.size() > kProtocols) {
    return fail(Code::limit, "Sec-WebSocket-Protocol has more than {} names", kProtocols);
  }
  std::string chosen;
  for (const std::string_view part : offered) {
    const std::string name(base::trimmed(part));
    if (!http1::is_token(name)) {
      return fail(Code::protocol, "Sec-WebSocket-Protocol {} is not a list of names",
                  excerpt(list));
    }
    if (chosen.empty() && std::ranges::count(wish.protocols, name) > 0) chosen = name;
  }
  return chosen;
}

}  // namespace

std::string make_key(base::Random& random) {
  std::string bytes(kKeyBytes, '\0');
  for (char& c : bytes) c = static_cast<char>(random.below(256));
  return base::base64(bytes);
}

std::string accept_value(std::string_view key) {
  return base::base64(base::sha1(std::string(key).append(kGuid)));
}

void add_handshake(Request& request, std::string_view key, const Wish& wish) {
  request.method = "GET";
  request.headers.set("Upgrade", "websocket");
  request.headers.set("Connection", "Upgrade");
  request.headers.set("Sec-WebSocket-Key", key);
  request.headers.set("Sec-WebSocket-Version", kVersion);
  std::string protocols;
  for (const std::string& name : wish.protocols) {
    check(http1::is_token(name), "a sub-protocol must be a token");
    protocols.append(protocols.empty() ? "" : ", ").append(name);
  }
  if (!protocols.empty()) request.headers.set("Sec-WebSocket-Protocol", protocols);
  if (wish.deflate) request.headers.set("Sec-WebSocket-Extensions", offer(*wish.deflate));
}

Result<Agreement> check_answer(const Response& response, std::string_view key, const Wish& wish) {
  if (response.status != 101) {
    return fail(Code::refused, "the server answers the WebSocket handshake with {}, not with 101",
                response.status);
  }
  TRY(const std::string_view upgrade, single(response.headers, "Upgrade"));
  if (!same_ignoring_case(upgrade, "websocket")) {
    return fail(Code::protocol, "the server upgrades to {}, not to websocket", excerpt(upgrade));
  }
  if (!response.headers.has_token("Connection", "Upgrade")) {
    return fail(Code::protocol, "the server's answer has no 'Connection: Upgrade'");
  }
  TRY(const std::string_view accept, single(response.headers, "Sec-WebSocket-Accept"));
  if (accept != accept_value(key)) {
    return fail(Code::protocol, "Sec-WebSocket-Accept is {}, it must be '{}'", excerpt(accept),
                accept_value(key));
  }
  Agreement agreement;
  if (response.headers.find("Sec-WebSocket-Protocol")) {
    TRY(agreement.protocol, single(response.headers, "Sec-WebSocket-Protocol"));
    if (std::ranges::count(wish.protocols, agreement.protocol) == 0) {
      return fail(Code::protocol, "the server chose the protocol {}, which was not offered",
                  excerpt(agreement.protocol));
    }
  }
  TRY(agreement.deflate, read_answer(joined(response.headers, "Sec-WebSocket-Extensions"),
                                     wish.deflate ? &*wish.deflate : nullptr));
  return agreement;
}

bool is_handshake(const Request& request) {
  return request.headers.has_token("Upgrade", "websocket") &&
         request.headers.has_token("Connection", "Upgrade");
}

Result<Answer> answer_handshake(const Request& request, const Wish& wish) {
  if (request.method != "GET" || !is_handshake(request)) {
    return fail(Code::protocol,
                "a WebSocket handshake is a GET with 'Upgrade: websocket' and "
                "'Connection: Upgrade'");
  }
  if (!request.body.empty()) return fail(Code::protocol, "a WebSocket handshake has no body");
  TRY(const std::string_view version, single(request.headers, "Sec-WebSocket-Version"));
  if (version != kVersion) {
    return fail(Code::refused, "the WebSocket version is {}; {} is spoken here", excerpt(version),
                kVersion);
  }
  TRY(const std::string_view key, single(request.headers, "Sec-WebSocket-Key"));
  if (base::base64_decoded(key).value_or("").size() != kKeyBytes) {
    return fail(Code::protocol, "Sec-WebSocket-Key is {}; it must be {} bytes in base64",
                excerpt(key), kKeyBytes);
  }
  Answer answer;
  Headers& headers = answer.response.headers;
  answer.response.status = 101;
  headers.add("Upgrade", "websocket");
  headers.add("Connection", "Upgrade");
  headers.add("Sec-WebSocket-Accept", accept_value(key));
  TRY(answer.agreement.protocol, choose_protocol(request.headers, wish));
  if (!answer.agreement.protocol.empty()) {
    headers.add("Sec-WebSocket-Protocol", answer.agreement.protocol);
  }
  if (!wish.deflate) return answer;
  TRY(const auto deflate,
      answer_offers(joined(request.headers, "Sec-WebSocket-Extensions"), *wish.deflate));
  if (deflate) {
    answer.agreement.deflate = deflate->agreed;
    headers.add("Sec-WebSocket-Extensions", deflate->header);
  }
  return answer;
}

Response refusal(const base::Error& error) {
  Response response{.status = error.code == Code::refused ? 426 : 400};
  if (response.status == 426) {
    response.headers.add("Upgrade", "websocket");
    response.headers.add("Connection", "Upgrade");
    response.headers.add("Sec-WebSocket-Version", kVersion);
  }
  response.body = error.text + "\n";
  return response;
}

}  // namespace peregrine::wire::websocket
