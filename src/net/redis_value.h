// What Redis answers, as a value.
//
//   string of any kind      text; bytes if it is not UTF-8
//   integer                 int
//   double                  number
//   big number              number, exact
//   boolean, null           the same
//   array, set, push        list
//   map                     map, keys as text; list of [key, value] if a key is an aggregate
//   error inside another    map {"error": its text}, as EXEC answers one
//
// RESP2 has no maps, doubles or booleans: there HGETALL gives a list, and ZSCORE a text.
#pragma once

#include "base/value.h"
#include "wire/resp.h"

namespace peregrine::net {

base::Value to_value(wire::resp::Value reply);

}  // namespace peregrine::net
