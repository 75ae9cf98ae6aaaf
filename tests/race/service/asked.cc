#include "race/service/asked.h"

#include <charconv>

#include "base/json.h"

namespace peregrine::racing {

base::Result<Asked> Asked::read(const net::HttpRequest& request) {
  Asked out;
  out.query_ = request.query;
  if (!request.message.body.empty()) {
    TRY(out.body_, base::parse_json(request.message.body));
  }
  return out;
}

net::Cell Asked::operator[](std::string_view name) const {
  if (const base::Value* found = body_.find(name); found && !found->is_null())
    return found->is_text() ? found->as_text() : base::to_json(*found);
  if (const std::string* found = query_.find(name)) return *found;
  return std::nullopt;
}

int64_t Asked::number(std::string_view name) const {
  const std::string digits = text(name);
  int64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

}  // namespace peregrine::racing
