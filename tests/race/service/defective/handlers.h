// The handlers that are wrong when requests come at once, each in a file of its name (or of the
// beginning of it). Alone, and one after the other, all are right.
//
// One thread: the service's. The service and what was asked outlive the task.
#pragma once

#include "race/service/service.h"

namespace peregrine::racing::defective {

Handling check_then_insert(Service& service, const Asked& asked);
Handling check_then_insert_in_transaction(Service& service, const Asked& asked);
Handling coupon_twice(Service& service, const Asked& asked);
Handling deadlock_answered_500(Service& service, const Asked& asked);
Handling double_charge(Service& service, const Asked& asked);
Handling import_twice(Service& service, const Asked& asked);
Handling expired_hold_paid(Service& service, const Asked& asked);
Handling insert_where_not_exists(Service& service, const Asked& asked);
Handling lock_after_read(Service& service, const Asked& asked);
Handling lock_timeout_answered_500(Service& service, const Asked& asked);
Handling long_against_quick_close(Service& service, const Asked& asked);
Handling long_against_quick_deposit(Service& service, const Asked& asked);
Handling lost_update(Service& service, const Asked& asked);
Handling lost_upsert(Service& service, const Asked& asked);
Handling mail_twice(Service& service, const Asked& asked);
Handling many_operations(Service& service, const Asked& asked);
Handling nested_connection(Service& service, const Asked& asked);
Handling number_by_max(Service& service, const Asked& asked);
Handling orphan_comment(Service& service, const Asked& asked);
Handling orphan_remove(Service& service, const Asked& asked);
Handling outbox_twice(Service& service, const Asked& asked);
Handling read_skew_report(Service& service, const Asked& asked);
Handling read_skew_transfer(Service& service, const Asked& asked);
Handling redis_counter(Service& service, const Asked& asked);
Handling redis_limit(Service& service, const Asked& asked);
Handling redis_lock_check_then_set(Service& service, const Asked& asked);
Handling refund_beyond_payment(Service& service, const Asked& asked);
Handling renewal_twice(Service& service, const Asked& asked);
Handling serialization_answered_500(Service& service, const Asked& asked);
Handling stale_cache_read(Service& service, const Asked& asked);
Handling stale_cache_write(Service& service, const Asked& asked);
Handling stock_below_zero(Service& service, const Asked& asked);
Handling timeout_answered_500(Service& service, const Asked& asked);
Handling sweep_of_paid_pay(Service& service, const Asked& asked);
Handling sweep_of_paid_sweep(Service& service, const Asked& asked);
Handling token_twice(Service& service, const Asked& asked);
Handling two_preemptions_move(Service& service, const Asked& asked);
Handling two_preemptions_reorder(Service& service, const Asked& asked);
Handling unique_answered_500(Service& service, const Asked& asked);
Handling unlock_before_commit(Service& service, const Asked& asked);
Handling webhook_against_cancel(Service& service, const Asked& asked);
Handling webhook_twice(Service& service, const Asked& asked);
Handling worker_check_then_insert(Service& service, const Asked& asked);
Handling write_skew(Service& service, const Asked& asked);

}  // namespace peregrine::racing::defective
