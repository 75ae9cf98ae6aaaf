#include "booking/service/settings.h"

#include <charconv>
#include <cstdlib>

namespace peregrine::booking {
namespace {

using base::Code;
using base::fail;
using base::Result;

Result<std::string> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value || *value == '\0') return fail(Code::invalid, "{} is not set", name);
  return std::string(value);
}

Result<uint16_t> port_number(std::string_view text) {
  uint16_t port = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(Code::invalid, "--port {} is no port", text);
  return port;
}

}  // namespace

Result<Settings> read_settings(int argc, char** argv) {
  Settings out;
  out.listen = {.host = "127.0.0.1", .port = 8080, .path = ""};
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (flag != "--host" && flag != "--port") return fail(Code::invalid, "unknown flag {}", flag);
    if (i + 1 == argc) return fail(Code::invalid, "{} needs a value", flag);
    if (flag == "--host") {
      out.listen.host = argv[i + 1];
    } else {
      TRY(out.listen.port, port_number(argv[i + 1]));
    }
  }
  TRY(out.database_url, from_environment("DATABASE_URL"));
  TRY(out.retell_secret, from_environment("RETELL_SECRET"));
  return out;
}

}  // namespace peregrine::booking
