#include "booking/service/retell_webhook.h"

#include "base/json.h"
#include "booking/service/intake.h"
#include "booking/service/log.h"
#include "booking/service/retell_signature.h"

namespace peregrine::booking {
namespace {

using base::Map;
using base::Value;

const wire::Response kNoContent{.status = 204};

// For the log: a part of the report, or null.
Value part(const Value& in, std::string_view key) {
  const Value* found = in.find(key);
  return found ? *found : Value();
}

void log_intake(const Intake& intake, const Map& context) {
  switch (intake.taken) {
    case Taken::stored:
      log(Level::info, "call received", context);
      return;
    case Taken::repeated:
      log(Level::info, "the call was reported before", context);
      return;
    case Taken::invalid:
      log(Level::warning, "invalid report of a call, nothing stored",
          base::MapBuilder(context).set("reason", intake.reason).build());
  }
}

}  // namespace

io::Task<wire::Response> retell_webhook(App& app, Desk& desk, const wire::Request& request) {
  const base::Result<> verified = verify_retell_signature(
      request.headers.get("x-retell-signature"), request.body, app.retell_secret, base::wall_now());
  if (!verified) {
    log(Level::warning, "webhook refused", Map{{"reason", verified.error().text}});
    co_return json_response(401, Map{{"error", "not signed by Retell"}});
  }
  const base::Result<Value> body = base::parse_json(request.body);
  if (!body) {
    log(Level::warning, "webhook without JSON, nothing stored", Map{{"reason", body.error().text}});
    co_return kNoContent;
  }
  const Map context{{"event", part(*body, "event")},
                    {"call_id", part(part(*body, "call"), "call_id")}};
  if (part(*body, "event") != Value("call_ended")) {
    log(Level::info, "event ignored", context);
    co_return kNoContent;
  }
  base::Result<Intake> intake = co_await take_call(app.pool, *body, app.deadline());
  if (!intake) co_return failed("the call could not be stored", intake.error(), context);
  log_intake(*intake, context);
  if (intake->taken == Taken::stored) desk.take(std::move(intake->call));
  co_return kNoContent;
}

}  // namespace peregrine::booking
