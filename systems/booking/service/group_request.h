// What POST /api/group-bookings asks for:
//
//   {"branch": 1, "sessions": [1, 2], "seats": 3,
//    "name": "Max Mustermann", "phone": "+4930…", "email": "max@email.de"}
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "booking/service/rows.h"

namespace peregrine::booking {

struct GroupRequest {
  static constexpr size_t kMostSessions = 20;
  static constexpr int64_t kMostSeats = 100;

  Id branch;
  std::vector<Id> sessions;  // in the order asked for, none twice
  int64_t seats = 0;         // in each
  std::string name;
  std::string phone;  // in E.164
  std::string email;
};

// Fails (Code::invalid) with the first thing that is wrong.
base::Result<GroupRequest> read_group_request(const base::Value& body);

}  // namespace peregrine::booking
