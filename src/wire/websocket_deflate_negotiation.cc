#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"
#include "wire/http1_line.h"
#include "wire/http_message.h"
#include "wire/websocket_deflate.h"

namespace peregrine::wire::websocket {

using base::Code;
using base::fail;
using base::Result;
using http1::excerpt;

namespace {

constexpr std::string_view kName = "permessage-deflate";

struct Parameter {
  std::string name{};
  std::optional<std::string> value{};
};

struct Extension {
  std::string name{};
  std::vector<Parameter> parameters{};
};

// RFC 6455 section 9.1: name *( ";" parameter [ "=" ( token / quoted token ) ] ), with commas.
class ExtensionList {
 public:
  explicit ExtensionList(std::string_view header) : header_(header), rest_(header) {}

  Result<std::vector<Extension>> read() {
    std::vector<Extension> list;
    do {
      if (list.size() == kExtensions) return fail(Code::limit, "over {} extensions", kExtensions);
      Extension extension;
      TRY(extension.name, token());
      while (take(';')) {
        if (extension.parameters.size() == kExtensions) {
          return fail(Code::limit, "an extension with over {} parameters", kExtensions);
        }
        TRY(Parameter read_one, parameter());
        extension.parameters.push_back(std::move(read_one));
      }
      list.push_back(std::move(extension));
    } while (take(','));
    if (!rest_.empty()) return wrong();
    return list;
  }

 private:
  std::unexpected<base::Error> wrong() const {
    return fail(Code::protocol, "Sec-WebSocket-Extensions {} is not a list of extensions",
                excerpt(header_));
  }

  void skip_space() {
    rest_ = rest_.substr(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  bool take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Result<std::string> token() {
    skip_space();
    const size_t size = http1::token_size(rest_);
    if (size == 0) return wrong();
    std::string result(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return result;
  }

  Result<Parameter> parameter() {
    Parameter result;
    TRY(result.name, token());
    if (!take('=')) return result;
    const bool quoted = take('"');
    TRY(result.value, token());
    if (quoted && !rest_.starts_with('"')) return wrong();
    if (quoted) rest_.remove_prefix(1);
    return result;
  }

  std::string_view header_;
  std::string_view rest_;
};

// The parameters of one permessage-deflate, as they stand there (RFC 7692 section 7.1).
struct Given {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  bool client_bits_allowed = false;  // client_max_window_bits without a value, in an offer
  std::optional<int> server_bits{};
  std::optional<int> client_bits{};
};

std::optional<int> window_bits(const std::optional<std::string>& text) {
  int bits = 0;
  if (!text || text->empty() || text->front() == '0') return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), bits);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  if (bits < kLeastWindowBits || bits > kMostWindowBits) return std::nullopt;
  return bits;
}

// False if it was there already, or has a value.
bool set_once(bool& flag, const Parameter& parameter) {
  return !std::exchange(flag, true) && !parameter.value;
}

// Nothing if a parameter is unknown, comes twice or has a value that it cannot have.
std::optional<Given> read_parameters(const Extension& extension, bool in_offer) {
  Given given;
  for (const Parameter& parameter : extension.parameters) {
    bool fine = false;
    if (parameter.name == "server_no_context_takeover") {
      fine = set_once(given.server_no_context_takeover, parameter);
    } else if (parameter.name == "client_no_context_takeover") {
      fine = set_once(given.client_no_context_takeover, parameter);
    } else if (parameter.name == "server_max_window_bits" && !given.server_bits) {
      given.server_bits = window_bits(parameter.value);
      fine = given.server_bits.has_value();
    } else if (parameter.name == "client_max_window_bits" && !given.client_bits_allowed) {
      given.client_bits_allowed = true;
      given.client_bits = window_bits(parameter.value);
      fine = given.client_bits || (in_offer && !parameter.value);
    }
    if (!fine) return std::nullopt;
  }
  return given;
}

std::string written(const Deflate& agreed, bool with_client_bits) {
  std::string out(kName);
  if (agreed.server_no_context_takeover) out += "; server_no_context_takeover";
  if (agreed.client_no_context_takeover) out += "; client_no_context_takeover";
  if (agreed.server_max_window_bits < kMostWindowBits) {
    out += fmt::format("; server_max_window_bits={}", agreed.server_max_window_bits);
  }
  if (with_client_bits && agreed.client_max_window_bits < kMostWindowBits) {
    out += fmt::format("; client_max_window_bits={}", agreed.client_max_window_bits);
  }
  return out;
}

// What both sides get from this offer; nothing if ours cannot be had with it.
std::optional<Deflate> agree(const Given& given, const Deflate& wish) {
  Deflate agreed = wish;
  agreed.server_no_context_takeover |= given.server_no_context_takeover;
  agreed.client_no_context_takeover |= given.client_no_context_takeover;
  agreed.server_max_window_bits =
      std::min(wish.server_max_window_bits, given.server_bits.value_or(kMostWindowBits));
  agreed.client_max_window_bits =
      std::min(wish.client_max_window_bits, given.client_bits.value_or(kMostWindowBits));
  // A client that does not say so cannot be told to use less than the whole window.
  if (!given.client_bits_allowed && agreed.client_max_window_bits < kMostWindowBits) {
    return std::nullopt;
  }
  return agreed;
}

}  // namespace

std::string offer(const Deflate& wish) {
  std::string out = written(wish, true);
  if (wish.client_max_window_bits == kMostWindowBits) out += "; client_max_window_bits";
  return out;
}

Result<std::optional<DeflateAnswer>> answer_offers(std::string_view header, const Deflate& wish) {
  if (base::trimmed(header).empty()) return std::nullopt;
  TRY(const std::vector<Extension> offers, ExtensionList(header).read());
  for (const Extension& extension : offers) {
    if (!same_ignoring_case(extension.name, kName)) continue;
    const std::optional<Given> given = read_parameters(extension, true);
    const std::optional<Deflate> agreed = given ? agree(*given, wish) : std::nullopt;
    if (agreed) return DeflateAnswer{.header = written(*agreed, true), .agreed = *agreed};
  }
  return std::nullopt;
}

Result<std::optional<Deflate>> read_answer(std::string_view header, const Deflate* wish) {
  if (base::trimmed(header).empty()) return std::nullopt;
  TRY(const std::vector<Extension> list, ExtensionList(header).read());
  const bool ours = list.size() == 1 && same_ignoring_case(list.front().name, kName);
  const std::optional<Given> given =
      wish && ours ? read_parameters(list.front(), false) : std::nullopt;
  if (!given) {
    return fail(Code::protocol, "the server answers with the extensions {}, which were not offered",
                excerpt(header));
  }
  const int server_bits = given->server_bits.value_or(kMostWindowBits);
  if (server_bits > wish->server_max_window_bits ||
      (wish->server_no_context_takeover && !given->server_no_context_takeover)) {
    return fail(Code::protocol, "the server does not keep to what was offered: {} was, {} came",
                excerpt(offer(*wish)), excerpt(header));
  }
  // What the client does with its own side is its own choice, as long as the server allows it.
  return Deflate{.server_no_context_takeover = given->server_no_context_takeover,
                 .client_no_context_takeover =
                     wish->client_no_context_takeover || given->client_no_context_takeover,
                 .server_max_window_bits = server_bits,
                 .client_max_window_bits = std::min(wish->client_max_window_bits,
                                                    given->client_bits.value_or(kMostWindowBits))};
}

}  // namespace peregrine::wire::websocket
