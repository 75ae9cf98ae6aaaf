// A private PostgreSQL for who decides the order of operations: what they reach, who waits for
// whom, and what the tables hold after them.
#include <fmt/core.h>

#include "system/running_postgres.h"

namespace peregrine::system {

using base::Result;
using boundary::Touch;

namespace {

constexpr const char* kFunctions = R"(
SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                  AND d.objid = p.oid AND d.deptype = 'e'))";
constexpr const char* kViews = R"(
SELECT DISTINCT v.relname, t.relname FROM pg_rewrite r
JOIN pg_class v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
JOIN pg_namespace n ON n.oid = v.relnamespace
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
JOIN pg_class t ON t.oid = d.refobjid)";
constexpr std::string_view kHeld = R"(
SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT LIKE 'pg\_%'
WHERE l.granted AND c.relkind IN ('r', 'p') AND l.pid = {})";

uint8_t how_of(std::string_view mode) {
  if (mode == "AccessShareLock") return Touch::kReads;
  if (mode == "RowShareLock") return Touch::kReads | Touch::kLocks;
  return Touch::kReads | Touch::kWrites | Touch::kLocks;
}

}  // namespace

// A deadlock is looked for after 5 ms in place of a second, and statements are read with what the
// catalog says of views and functions.
io::Task<Result<>> RunningPostgres::put_in_order(io::Deadline deadline) {
  CO_TRY_OK(co_await query("ALTER SYSTEM SET deadlock_timeout = '5ms'", {}, deadline));
  CO_TRY_OK(co_await query("SELECT pg_reload_conf()", {}, deadline));
  std::set<std::string, std::less<>> functions;
  std::map<std::string, std::vector<std::string>, std::less<>> views;
  CO_TRY(const net::Rows named, co_await query(kFunctions, {}, deadline));
  for (const auto& row : named.cells) functions.insert(row[0].value_or(""));
  CO_TRY(const net::Rows read, co_await query(kViews, {}, deadline));
  for (const auto& row : read.cells) views[row[0].value_or("")].push_back(row[1].value_or(""));
  reader_.set_catalog(std::move(functions), std::move(views));
  ordered_ = true;
  co_return Result<>{};
}

io::Task<Result<bool>> RunningPostgres::waits(uint64_t session, io::Deadline deadline) {
  CO_TRY(const net::Rows rows,
         co_await query(fmt::format("SELECT cardinality(pg_blocking_pids({})) > 0", session), {},
                        deadline));
  co_return rows.cells.at(0).at(0) == "t";
}

io::Task<Result<std::vector<Touch>>> RunningPostgres::held(uint64_t session,
                                                           io::Deadline deadline) {
  CO_TRY(const net::Rows rows, co_await query(fmt::format(kHeld, session), {}, deadline));
  std::vector<Touch> touches;
  for (const auto& row : rows.cells) {
    boundary::add_touch(touches, {row[0].value_or(""), how_of(row[1].value_or(""))});
  }
  co_return touches;
}

void RunningPostgres::add_drawn(Drawn& drawn) const {
  if (contents_) contents_->add_drawn(drawn);
}

io::Task<Result<std::map<std::string, std::string>>> RunningPostgres::parts(const Drawn& drawn,
                                                                            io::Deadline deadline) {
  CO_TRY(const io::Mutex::Turn turn, co_await queries_.lock(deadline));
  CO_TRY_OK(co_await ensure_connection(deadline));
  if (!contents_) co_return base::fail(base::Code::invalid, "`{}` has no snapshot", name_);
  co_return co_await contents_->parts(*connection_, drawn, deadline);
}

io::Task<Result<std::string>> RunningPostgres::digest(const std::set<std::string>& without,
                                                      const Drawn& drawn, io::Deadline deadline) {
  CO_TRY(const io::Mutex::Turn turn, co_await queries_.lock(deadline));
  CO_TRY_OK(co_await ensure_connection(deadline));
  if (!contents_) co_return base::fail(base::Code::invalid, "`{}` has no snapshot", name_);
  CO_TRY(const auto written, co_await snapshot_->written(deadline));
  co_return co_await contents_->digest(*connection_, without, written, drawn, deadline);
}

}  // namespace peregrine::system
