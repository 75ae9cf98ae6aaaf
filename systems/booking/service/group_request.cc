#include "booking/service/group_request.h"

#include <algorithm>
#include <optional>

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

Result<std::vector<Id>> read_sessions(const Value& body) {
  TRY(const Value list, part(body, "sessions"));
  if (!list.is_list() || list.as_list().empty() ||
      list.as_list().size() > GroupRequest::kMostSessions)
    return fail(Code::invalid, "sessions is no list of 1 to {}", GroupRequest::kMostSessions);
  std::vector<Id> out;
  for (const Value& session : list.as_list()) {
    if (session.kind() != Kind::int64 || session.as_int() <= 0)
      return fail(Code::invalid, "sessions has what is no id");
    Id read = std::to_string(session.as_int());
    if (std::ranges::find(out, read) != out.end())
      return fail(Code::invalid, "sessions has {} twice", read);
    out.push_back(std::move(read));
  }
  return out;
}

Result<int64_t> read_seats(const Value& body) {
  TRY(const Value seats, part(body, "seats"));
  if (seats.kind() != Kind::int64 || seats.as_int() < 1 ||
      seats.as_int() > GroupRequest::kMostSeats)
    return fail(Code::invalid, "seats is no number from 1 to {}", GroupRequest::kMostSeats);
  return seats.as_int();
}

}  // namespace

Result<GroupRequest> read_group_request(const Value& body) {
  GroupRequest out;
  TRY(out.branch, id(body, "branch"));
  TRY(out.sessions, read_sessions(body));
  TRY(out.seats, read_seats(body));
  TRY(out.name, text(body, "name"));
  TRY(const std::string number, text(body, "phone"));
  std::optional<std::string> phone = normalised_phone(number);
  if (!phone) return fail(Code::invalid, "phone is no telephone number: {}", number);
  out.phone = *std::move(phone);
  TRY(out.email, text(body, "email"));
  if (!wire::smtp::is_mailbox(out.email))
    return fail(Code::invalid, "email is no address: {}", out.email);
  return out;
}

}  // namespace peregrine::booking
