#include "race/service/routes.h"

#include <fmt/core.h>

#include <span>

#include "race/service/correct/handlers.h"
#include "race/service/defective/handlers.h"

namespace peregrine::racing {
namespace {

struct Route {
  const char* path;
  Handler handler;
};

constexpr Route kDefective[] = {
    {"/defective/check_then_insert", defective::check_then_insert},
    {"/defective/check_then_insert_in_transaction", defective::check_then_insert_in_transaction},
    {"/defective/coupon_twice", defective::coupon_twice},
    {"/defective/deadlock_answered_500", defective::deadlock_answered_500},
    {"/defective/double_charge", defective::double_charge},
    {"/defective/import_twice", defective::import_twice},
    {"/defective/expired_hold_paid", defective::expired_hold_paid},
    {"/defective/insert_where_not_exists", defective::insert_where_not_exists},
    {"/defective/lock_after_read", defective::lock_after_read},
    {"/defective/lock_timeout_answered_500", defective::lock_timeout_answered_500},
    {"/defective/long_against_quick/close", defective::long_against_quick_close},
    {"/defective/long_against_quick/deposit", defective::long_against_quick_deposit},
    {"/defective/lost_update", defective::lost_update},
    {"/defective/lost_upsert", defective::lost_upsert},
    {"/defective/mail_twice", defective::mail_twice},
    {"/defective/many_operations", defective::many_operations},
    {"/defective/nested_connection", defective::nested_connection},
    {"/defective/number_by_max", defective::number_by_max},
    {"/defective/orphan/comment", defective::orphan_comment},
    {"/defective/orphan/remove", defective::orphan_remove},
    {"/defective/outbox_twice", defective::outbox_twice},
    {"/defective/read_skew/report", defective::read_skew_report},
    {"/defective/read_skew/transfer", defective::read_skew_transfer},
    {"/defective/redis_counter", defective::redis_counter},
    {"/defective/redis_limit", defective::redis_limit},
    {"/defective/redis_lock_check_then_set", defective::redis_lock_check_then_set},
    {"/defective/refund_beyond_payment", defective::refund_beyond_payment},
    {"/defective/renewal_twice", defective::renewal_twice},
    {"/defective/serialization_answered_500", defective::serialization_answered_500},
    {"/defective/stale_cache/read", defective::stale_cache_read},
    {"/defective/stale_cache/write", defective::stale_cache_write},
    {"/defective/stock_below_zero", defective::stock_below_zero},
    {"/defective/timeout_answered_500", defective::timeout_answered_500},
    {"/defective/sweep_of_paid/pay", defective::sweep_of_paid_pay},
    {"/defective/sweep_of_paid/sweep", defective::sweep_of_paid_sweep},
    {"/defective/token_twice", defective::token_twice},
    {"/defective/two_preemptions/move", defective::two_preemptions_move},
    {"/defective/two_preemptions/reorder", defective::two_preemptions_reorder},
    {"/defective/unique_answered_500", defective::unique_answered_500},
    {"/defective/unlock_before_commit", defective::unlock_before_commit},
    {"/defective/webhook_against_cancel", defective::webhook_against_cancel},
    {"/defective/webhook_twice", defective::webhook_twice},
    {"/defective/worker_check_then_insert", defective::worker_check_then_insert},
    {"/defective/write_skew", defective::write_skew},
};

constexpr Route kCorrect[] = {
    {"/correct/advisory_lock", correct::advisory_lock},
    {"/correct/atomic_update", correct::atomic_update},
    {"/correct/blocking_pop/give", correct::blocking_pop_give},
    {"/correct/blocking_pop/take", correct::blocking_pop_take},
    {"/correct/cache_lease/read", correct::cache_lease_read},
    {"/correct/cache_lease/write", correct::cache_lease_write},
    {"/correct/cache_left_behind", correct::cache_left_behind},
    {"/correct/cancel_where_open", correct::cancel_where_open},
    {"/correct/charge_once", correct::charge_once},
    {"/correct/check_constraint", correct::check_constraint},
    {"/correct/compare_and_swap", correct::compare_and_swap},
    {"/correct/deadlock_retried", correct::deadlock_retried},
    {"/correct/exclusion_constraint", correct::exclusion_constraint},
    {"/correct/for_update", correct::for_update},
    {"/correct/foreign_key_insert", correct::foreign_key_insert},
    {"/correct/function_locks", correct::function_locks},
    {"/correct/hold_paid_in_time", correct::hold_paid_in_time},
    {"/correct/idempotency_key", correct::idempotency_key},
    {"/correct/import_once", correct::import_once},
    {"/correct/in_process_mutex", correct::in_process_mutex},
    {"/correct/lock_table", correct::lock_table},
    {"/correct/lock_timeout", correct::lock_timeout},
    {"/correct/locked_in_order", correct::locked_in_order},
    {"/correct/long_against_quick/close", correct::long_against_quick_close},
    {"/correct/long_against_quick/deposit", correct::long_against_quick_deposit},
    {"/correct/mail_once", correct::mail_once},
    {"/correct/nowait", correct::nowait},
    {"/correct/number_from_counter", correct::number_from_counter},
    {"/correct/on_conflict_do_nothing", correct::on_conflict_do_nothing},
    {"/correct/one_snapshot/report", correct::one_snapshot_report},
    {"/correct/one_snapshot/transfer", correct::one_snapshot_transfer},
    {"/correct/outbox_once", correct::outbox_once},
    {"/correct/redis_increment", correct::redis_increment},
    {"/correct/redis_lock", correct::redis_lock},
    {"/correct/redis_lock_waits", correct::redis_lock_waits},
    {"/correct/redis_script", correct::redis_script},
    {"/correct/redis_watch", correct::redis_watch},
    {"/correct/refusal_leaves_a_trace", correct::refusal_leaves_a_trace},
    {"/correct/renewal_once", correct::renewal_once},
    {"/correct/repeatable_read_retry", correct::repeatable_read_retry},
    {"/correct/serializable_retry", correct::serializable_retry},
    {"/correct/skip_locked", correct::skip_locked},
    {"/correct/timeout", correct::timeout},
    {"/correct/sweep_of_unpaid/pay", correct::sweep_of_unpaid_pay},
    {"/correct/sweep_of_unpaid/sweep", correct::sweep_of_unpaid_sweep},
    {"/correct/trigger_enforces", correct::trigger_enforces},
    {"/correct/unique_constraint", correct::unique_constraint},
    {"/correct/unique_constraint_in_transaction", correct::unique_constraint_in_transaction},
    {"/correct/upsert_adds", correct::upsert_adds},
    {"/correct/uuid_and_timestamps", correct::uuid_and_timestamps},
    {"/correct/view_and_foreign_key/add", correct::view_and_foreign_key_add},
    {"/correct/view_and_foreign_key/remove", correct::view_and_foreign_key_remove},
    {"/correct/webhook_once", correct::webhook_once},
    {"/correct/worker_unique", correct::worker_unique},
};

io::Task<wire::Response> health(const net::HttpRequest&) { co_return fine(); }

io::Task<wire::Response> handle(Service& service, const Route& route,
                                const net::HttpRequest& request) {
  const base::Result<Asked> asked = Asked::read(request);
  if (!asked) co_return json_response(400, base::Map{{"error", asked.error().to_string()}});
  Answer answer = co_await route.handler(service, *asked);
  if (answer) co_return *std::move(answer);
  fmt::print(stderr, "{}: {}\n", route.path, answer.error().to_string());
  co_return json_response(500, base::Map{{"error", "internal"}});
}

void add(net::Router& router, Service& service, const Route& route) {
  router.add("POST", route.path, [&service, &route](const net::HttpRequest& request) {
    return handle(service, route, request);
  });
}

constexpr Route kWebhook{"/webhooks/acme", acme_webhook};

}  // namespace

Handler find_handler(std::string_view path) {
  for (const auto& routes :
       {std::span<const Route>(kDefective), std::span<const Route>(kCorrect)}) {
    for (const Route& route : routes) {
      if (route.path == path) return route.handler;
    }
  }
  return nullptr;
}

net::Router routes(Service& service) {
  net::Router router;
  router.add("GET", "/health", health);
  for (const Route& route : kDefective) add(router, service, route);
  for (const Route& route : kCorrect) add(router, service, route);
  add(router, service, kWebhook);
  return router;
}

}  // namespace peregrine::racing
