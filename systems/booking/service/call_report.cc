#include "booking/service/call_report.h"

#include <optional>

#include "base/rfc3339.h"
#include "booking/service/fields.h"
#include "booking/service/phone.h"
#include "wire/smtp_address.h"

namespace peregrine::booking {
namespace {

using base::Code;
using base::fail;
using base::Kind;
using base::Result;
using base::Value;

constexpr int64_t kYear2100Ms = 4'102'444'800'000;

Result<base::WallTime> unix_ms(const Value& in, std::string_view key) {
  TRY(const Value value, part(in, key));
  if (value.kind() != Kind::int64 || value.as_int() < 0 || value.as_int() > kYear2100Ms)
    return fail(Code::invalid, "{} is no time in milliseconds since 1970", key);
  return base::WallTime(std::chrono::milliseconds(value.as_int()));
}

Result<std::optional<base::WallTime>> instant_or_asap(const Value& in, std::string_view key) {
  TRY(const std::string written, text(in, key));
  if (written == "ASAP") return std::nullopt;
  std::optional<base::WallTime> read = base::parse_rfc3339(written);
  if (!read) return fail(Code::invalid, "{} is no time: {}", key, written);
  return read;
}

}  // namespace

Result<ReportedCall> read_call(const Value& body) {
  TRY(const Value call, part(body, "call"));
  ReportedCall out;
  TRY(out.call_id, text(call, "call_id"));
  TRY(out.from_number, text(call, "from_number"));
  TRY(out.to_number, text(call, "to_number"));
  TRY(out.started_at, unix_ms(call, "start_timestamp"));
  TRY(out.ended_at, unix_ms(call, "end_timestamp"));
  if (out.ended_at < out.started_at)
    return fail(Code::invalid, "end_timestamp is before start_timestamp");
  return out;
}

Result<Wish> read_wish(const Value& body) {
  TRY(const Value call, part(body, "call"));
  Wish out;
  TRY(const std::string from_number, text(call, "from_number"));
  std::optional<std::string> phone = normalised_phone(from_number);
  if (!phone) return fail(Code::invalid, "from_number is no telephone number: {}", from_number);
  out.phone = *std::move(phone);
  TRY(const Value metadata, part(call, "metadata"));
  TRY(out.branch_id, id(metadata, "branch_id"));
  TRY(out.staff_id, id(metadata, "staff_id"));
  TRY(const Value analysis, part(call, "call_analysis"));
  TRY(const Value wished, part(analysis, "custom_analysis_data"));
  TRY(out.name, text(wished, "name"));
  TRY(out.email, text(wished, "email"));
  if (!wire::smtp::is_mailbox(out.email))
    return fail(Code::invalid, "email is no address: {}", out.email);
  TRY(out.service, text(wished, "service"));
  TRY(out.starts_at, instant_or_asap(wished, "starts_at"));
  return out;
}

}  // namespace peregrine::booking
