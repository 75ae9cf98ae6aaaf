#include "booking/service/app.h"

#include "base/json.h"
#include "booking/service/log.h"

namespace peregrine::booking {

wire::Response json_response(int status, const base::Value& body) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = base::to_json(body)};
}

wire::Response failed(std::string_view what, const base::Error& error, base::Map context) {
  base::MapBuilder all(context);
  log(Level::error, what, all.set("error", error.to_string()).build());
  return json_response(500, base::Map{{"error", what}});
}

}  // namespace peregrine::booking
