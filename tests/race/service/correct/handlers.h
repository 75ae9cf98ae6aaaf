// The handlers that are right however requests come, each in a file of its name (or of the
// beginning of it) that says what protects it.
//
// One thread: the service's. The service and what was asked outlive the task.
#pragma once

#include "race/service/service.h"

namespace peregrine::racing::correct {

Handling advisory_lock(Service& service, const Asked& asked);
Handling atomic_update(Service& service, const Asked& asked);
Handling blocking_pop_give(Service& service, const Asked& asked);
Handling blocking_pop_take(Service& service, const Asked& asked);
Handling cache_lease_read(Service& service, const Asked& asked);
Handling cache_lease_write(Service& service, const Asked& asked);
Handling cache_left_behind(Service& service, const Asked& asked);
Handling cancel_where_open(Service& service, const Asked& asked);
Handling charge_once(Service& service, const Asked& asked);
Handling check_constraint(Service& service, const Asked& asked);
Handling compare_and_swap(Service& service, const Asked& asked);
Handling deadlock_retried(Service& service, const Asked& asked);
Handling exclusion_constraint(Service& service, const Asked& asked);
Handling for_update(Service& service, const Asked& asked);
Handling foreign_key_insert(Service& service, const Asked& asked);
Handling function_locks(Service& service, const Asked& asked);
Handling hold_paid_in_time(Service& service, const Asked& asked);
Handling idempotency_key(Service& service, const Asked& asked);
Handling import_once(Service& service, const Asked& asked);
Handling in_process_mutex(Service& service, const Asked& asked);
Handling lock_table(Service& service, const Asked& asked);
Handling lock_timeout(Service& service, const Asked& asked);
Handling locked_in_order(Service& service, const Asked& asked);
Handling long_against_quick_close(Service& service, const Asked& asked);
Handling long_against_quick_deposit(Service& service, const Asked& asked);
Handling mail_once(Service& service, const Asked& asked);
Handling nowait(Service& service, const Asked& asked);
Handling number_from_counter(Service& service, const Asked& asked);
Handling on_conflict_do_nothing(Service& service, const Asked& asked);
Handling one_snapshot_report(Service& service, const Asked& asked);
Handling one_snapshot_transfer(Service& service, const Asked& asked);
Handling outbox_once(Service& service, const Asked& asked);
Handling redis_increment(Service& service, const Asked& asked);
Handling redis_lock(Service& service, const Asked& asked);
Handling redis_lock_waits(Service& service, const Asked& asked);
Handling redis_script(Service& service, const Asked& asked);
Handling redis_watch(Service& service, const Asked& asked);
Handling refusal_leaves_a_trace(Service& service, const Asked& asked);
Handling renewal_once(Service& service, const Asked& asked);
Handling repeatable_read_retry(Service& service, const Asked& asked);
Handling serializable_retry(Service& service, const Asked& asked);
Handling skip_locked(Service& service, const Asked& asked);
Handling timeout(Service& service, const Asked& asked);
Handling sweep_of_unpaid_pay(Service& service, const Asked& asked);
Handling sweep_of_unpaid_sweep(Service& service, const Asked& asked);
Handling trigger_enforces(Service& service, const Asked& asked);
Handling unique_constraint(Service& service, const Asked& asked);
Handling unique_constraint_in_transaction(Service& service, const Asked& asked);
Handling upsert_adds(Service& service, const Asked& asked);
Handling uuid_and_timestamps(Service& service, const Asked& asked);
Handling view_and_foreign_key_add(Service& service, const Asked& asked);
Handling view_and_foreign_key_remove(Service& service, const Asked& asked);
Handling webhook_once(Service& service, const Asked& asked);
Handling worker_unique(Service& service, const Asked& asked);

}  // namespace peregrine::racing::correct
