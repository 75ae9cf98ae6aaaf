// What Retell's webhook says about a call: the call itself, and what the caller wishes.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace peregrine::booking {

struct ReportedCall {
  std::string call_id;
  std::string from_number;  // as Retell sent it
  std::string to_number;
  base::WallTime started_at;
  base::WallTime ended_at;
};

struct Wish {
  std::string phone;  // the caller's, in E.164
  std::string name;
  std::string email;
  std::string branch_id;
  std::string staff_id;
  std::string service;                      // by name
  std::optional<base::WallTime> starts_at;  // nothing: as soon as possible, written "ASAP"
};

// Both take the webhook's body and fail (Code::invalid) with the first thing that is wrong.
base::Result<ReportedCall> read_call(const base::Value& body);
base::Result<Wish> read_wish(const base::Value& body);

}  // namespace peregrine::booking
