#include "boundary/sql_reader.h"

#include <pg_query.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace peregrine::boundary {

using base::Value;

namespace {

// Clients look up the types that a database has when they connect: that is nobody's business.
constexpr std::string_view kTypes = "pg_type";
constexpr std::string_view kCatalog = "pg_";
// Neither read nor change what others see.
constexpr std::string_view kHarmless[] = {"VariableSetStmt", "VariableShowStmt", "DeallocateStmt",
                                          "DiscardStmt",     "ListenStmt",       "UnlistenStmt",
                                          "NotifyStmt",      "ClosePortalStmt"};

std::string_view text_of(const Value* value) {
  return value && value->is_text() ? std::string_view(value->as_text()) : std::string_view();
}

bool looks_up_types(const std::vector<Touch>& touches) {
  const auto catalog = [](const Touch& touch) {
    return touch.what.starts_with(kCatalog) && touch.how == Touch::kReads;
  };
  return std::ranges::find(touches, kTypes, &Touch::what) != touches.end() &&
         std::ranges::all_of(touches, catalog);
}

// Walks a tree of libpg_query, as JSON: a node is a map of one key, its kind.
class Walk {
 public:
  Walk(SqlSummary& summary, const std::set<std::string, std::less<>>& functions)
      : summary_(summary), functions_(functions) {}

  void statements(const Value& tree) {
    const Value* all = tree.find("stmts");
    if (!all || !all->is_list()) return touch(kAnything, Touch::kWrites);
    for (const Value& raw : all->as_list()) {
      const Value* one = raw.find("stmt");
      if (!one || !one->is_map() || one->as_map().empty()) continue;
      ++summary_.statements;
      const auto& [kind, body] = *one->as_map().begin();
      statement(kind, body);
    }
    summary_.only_unlocks = unlocks_ && !locks_;
    for (const std::string& name : shadowed_)
      std::erase_if(summary_.touches, [&](const Touch& one) { return one.what == name; });
  }

 private:
  void statement(std::string_view kind, const Value& body) {
    if (kind == "SelectStmt" || kind == "InsertStmt" || kind == "UpdateStmt" ||
        kind == "DeleteStmt" || kind == "MergeStmt") {
      summary_.changes_rows = kind != "SelectStmt";
      node(kind, body, Touch::kReads);
    } else if (kind == "TransactionStmt") {
      transaction(text_of(body.find("kind")));
    } else if (kind == "PrepareStmt" || kind == "DeclareCursorStmt" || kind == "ExplainStmt") {
      walk(body, Touch::kReads);
    } else if (kind == "FetchStmt") {
      summary_.fetches = true;
    } else if (kind == "CopyStmt") {
      copy(body);
    } else if (kind == "LockStmt") {
      walk(body, Touch::kLocks | Touch::kWrites);
    } else if (std::ranges::find(kHarmless, kind) == std::end(kHarmless)) {
      touch(kAnything, Touch::kWrites | Touch::kLocks);
    }
  }

  // Of a table, or of what a query gives.
  void copy(const Value& body) {
    const Value* relation = body.find("relation");
    const Value* query = body.find("query");
    const Value* in = body.find("is_from");
    const uint8_t how = in && in->is_bool() && in->as_bool() ? Touch::kWrites : Touch::kReads;
    if (relation) touch(text_of(relation->find("relname")), how);
    if (query) walk(*query, Touch::kReads);
  }

  void transaction(std::string_view kind) {
    if (kind == "TRANS_STMT_BEGIN" || kind == "TRANS_STMT_START") summary_.begins = true;
    if (kind == "TRANS_STMT_COMMIT" || kind == "TRANS_STMT_ROLLBACK") summary_.ends = true;
    if (kind == "TRANS_STMT_ROLLBACK") summary_.rolls_back = true;
    if (kind.contains("SAVEPOINT") || kind == "TRANS_STMT_RELEASE" ||
        kind == "TRANS_STMT_ROLLBACK_TO") {
      summary_.to_savepoint = true;
    }
  }

  void walk(const Value& value, uint8_t how) {
    if (value.is_list()) {
      for (const Value& each : value.as_list()) walk(each, how);
    } else if (value.is_map()) {
      for (const auto& [kind, body] : value.as_map()) node(kind, body, how);
    }
  }

  void node(std::string_view kind, const Value& body, uint8_t how) {
    if (kind == "RangeVar") return touch(text_of(body.find("relname")), how);
    if (kind == "CommonTableExpr") shadowed_.insert(std::string(text_of(body.find("ctename"))));
    if (kind == "FuncCall") call(body);
    if (kind == "SelectStmt" && body.find("lockingClause")) {
      return walk(body, Touch::kReads | Touch::kLocks);
    }
    if (kind == "SelectStmt") return walk(body, Touch::kReads);
    const bool inserts = kind == "InsertStmt";
    if (inserts || kind == "UpdateStmt" || kind == "DeleteStmt" || kind == "MergeStmt") {
      const Value* relation = body.find("relation");
      const uint8_t all = Touch::kReads | Touch::kWrites | Touch::kLocks;
      if (relation) touch(text_of(relation->find("relname")), inserts ? Touch::kWrites : all);
      if (inserts && body.find("onConflictClause")) touch(text_of(relation->find("relname")), all);
      how = Touch::kReads;
    }
    walk(body, how);
  }

  void call(const Value& body) {
    const Value* names = body.find("funcname");
    if (!names || !names->is_list() || names->as_list().empty()) return;
    const Value* last = names->as_list().back().find("String");
    const std::string_view name = last ? text_of(last->find("sval")) : std::string_view();
    if (name.contains("advisory")) {
      touch(kAdvisory, Touch::kWrites | Touch::kLocks);
      (name.contains("unlock") ? unlocks_ : locks_) = true;
    }
    if (functions_.contains(name)) touch(kAnything, Touch::kWrites | Touch::kLocks);
  }

  void touch(std::string_view what, uint8_t how) {
    if (!what.empty()) add_touch(summary_.touches, {std::string(what), how});
  }

  SqlSummary& summary_;
  const std::set<std::string, std::less<>>& functions_;
  std::set<std::string, std::less<>> shadowed_;  // names of the statement's own
  bool locks_ = false, unlocks_ = false;         // advisory locks
};

}  // namespace

void SqlReader::set_catalog(std::set<std::string, std::less<>> functions,
                            std::map<std::string, std::vector<std::string>, std::less<>> views) {
  functions_ = std::move(functions);
  views_ = std::move(views);
  known_.clear();
}

const SqlSummary& SqlReader::read(std::string_view sql) {
  if (const auto known = known_.find(sql); known != known_.end()) return known->second;
  if (known_.size() >= kMostKept) known_.clear();
  SqlSummary summary;
  PgQueryParseResult parsed = pg_query_parse(std::string(sql).c_str());
  const auto tree =
      parsed.error ? base::fail(base::Code::invalid, "") : base::parse_json(parsed.parse_tree);
  pg_query_free_parse_result(parsed);
  if (tree) {
    Walk(summary, functions_).statements(*tree);
  } else {
    summary.statements = 1;
    add_touch(summary.touches, {std::string(kAnything), Touch::kWrites | Touch::kLocks});
  }
  if (looks_up_types(summary.touches)) summary.touches.clear();
  summary.changes_rows &= summary.statements == 1;
  const std::string lower = base::lowercase(sql);
  summary.repeatable = lower.contains("serializable") || lower.contains("repeatable read");
  // A view may read views.
  for (size_t i = 0; i < summary.touches.size(); ++i) {
    const Touch touch = summary.touches[i];
    const auto view = views_.find(touch.what);
    if (view == views_.end()) continue;
    for (const std::string& relation : view->second) {
      add_touch(summary.touches, {relation, touch.how});
    }
  }
  return known_.emplace(std::string(sql), std::move(summary)).first->second;
}

}  // namespace peregrine::boundary
