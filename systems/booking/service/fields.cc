#include "booking/service/fields.h"

namespace peregrine::booking {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

constexpr size_t kLongestText = 200;

}  // namespace

Result<Value> part(const Value& in, std::string_view key) {
  const Value* found = in.find(key);
  if (!found || found->is_null()) return fail(Code::invalid, "{} is missing", key);
  return *found;
}

Result<std::string> text(const Value& in, std::string_view key) {
  TRY(const Value value, part(in, key));
  if (!value.is_text() || value.as_text().empty() || value.as_text().size() > kLongestText)
    return fail(Code::invalid, "{} is no text of 1 to {} bytes", key, kLongestText);
  // PostgreSQL's text cannot hold one.
  if (value.as_text().find('\0') != std::string::npos)
    return fail(Code::invalid, "{} has a zero byte", key);
  return value.as_text();
}

Result<std::string> id(const Value& in, std::string_view key) {
  TRY(const Value value, part(in, key));
  if (value.kind() != base::Kind::int64 || value.as_int() <= 0)
    return fail(Code::invalid, "{} is no id", key);
  return std::to_string(value.as_int());
}

}  // namespace peregrine::booking
