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

std::optional<std::string> perhaps(const char* name) {
  Result<std::string> value = from_environment(name);
  if (!value) return std::nullopt;
  return *std::move(value);
}

template <class Number>
Result<Number> number(std::string_view text, std::string_view what) {
  Number out{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(Code::invalid, "{} {} is no number that can be used", what, text);
  return out;
}

// What is set already stays when the environment says nothing.
Result<> read_timeout(const char* name, base::Duration& into) {
  const auto timeout = perhaps(name);
  if (!timeout) return {};
  TRY(const uint32_t ms, number<uint32_t>(*timeout, name));
  into = std::chrono::milliseconds(ms);
  return {};
}

Result<std::optional<CalcomSettings>> calcom() {
  std::optional<std::string> url = perhaps("CALCOM_URL");
  if (!url) return std::nullopt;
  CalcomSettings out{.url = *std::move(url), .key = ""};
  TRY(out.key, from_environment("CALCOM_KEY"));
  TRY_OK(read_timeout("CALCOM_TIMEOUT_MS", out.timeout));
  return out;
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
      TRY(out.listen.port, number<uint16_t>(argv[i + 1], "--port"));
    }
  }
  TRY(out.database_url, from_environment("DATABASE_URL"));
  TRY(out.retell_secret, from_environment("RETELL_SECRET"));
  TRY(out.calcom, calcom());
  TRY_OK(read_timeout("DATABASE_TIMEOUT_MS", out.database_timeout));
  TRY_OK(read_timeout("REDIS_TIMEOUT_MS", out.redis_timeout));
  out.redis_url = perhaps("REDIS_URL");
  out.smtp_url = perhaps("SMTP_URL");
  return out;
}

}  // namespace peregrine::booking
