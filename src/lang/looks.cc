#include "lang/looks.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "lang/inner_steps.h"

namespace peregrine::lang {

namespace {

bool has(const auto& list, const auto& element) {
  return std::ranges::find(list, element) != std::ranges::end(list);
}

// The words that a query begins with which changes nothing; `with` may.
bool only_reads(const SqlAction& action) {
  static constexpr auto kReads =
      std::to_array<std::string_view>({"select", "table", "values", "show", "explain", "with"});
  const std::string text = base::lowercase(base::trimmed(action.text));
  const std::string_view first(text.data(), std::min(text.find_first_of(" \t\r\n(;"), text.size()));
  if (!has(kReads, first)) return false;
  if (first != "with") return true;
  return std::ranges::none_of(std::to_array<std::string_view>({"insert", "update", "delete"}),
                              [&](std::string_view word) { return text.contains(word); });
}

bool only_reads(const RedisAction& action) {
  static constexpr auto kReads = std::to_array<std::string_view>(
      {"get",      "mget",   "getrange", "strlen",   "exists", "ttl",     "pttl",
       "type",     "keys",   "scan",     "hget",     "hmget",  "hgetall", "hexists",
       "hkeys",    "hvals",  "hlen",     "llen",     "lrange", "lindex",  "scard",
       "smembers", "zcard",  "zrange",   "zscore",   "zcount", "zrank",   "sismember",
       "xlen",     "xrange", "dbsize",   "info",     "ping",   "time",    "bitcount",
       "pfcount",  "object", "memory",   "xpending", "getbit", "xinfo",   "zrevrange"});
  const base::Value* first =
      action.command.words.empty() ? nullptr : action.command.words.front().literal();
  return first && first->is_text() && has(kReads, base::lowercase(first->as_text()));
}

bool is_look(const Action& action) {
  if (const auto* sql = std::get_if<SqlAction>(&action)) return only_reads(*sql);
  if (const auto* redis = std::get_if<RedisAction>(&action)) return only_reads(*redis);
  return std::holds_alternative<LogAction>(action) || std::holds_alternative<MailAction>(action) ||
         std::holds_alternative<SmsAction>(action) || std::holds_alternative<SentAction>(action);
}

class Marking {
 public:
  // Whether all of them only look, as far as what they do goes.
  bool mark(Steps& steps) {
    bool all = true;
    for (Step& step : steps) {
      const auto inner = inner_steps(step.action);
      step.only_looks = inner.empty() ? is_look(step.action) : true;
      for (Steps* of_it : inner) step.only_looks = mark(*of_it) && step.only_looks;
      for (const Save& save : step.save) {
        if (save.member) step.only_looks = false;
      }
      steps_.push_back(&step);
      all = all && step.only_looks;
    }
    return all;
  }

  // What somebody needs who does more than look is no mere look, nor is what that one needs.
  void settle() {
    for (const Step* step : steps_) {
      if (!step->only_looks) need(*step);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (Step* step : steps_) {
        if (!step->only_looks || !is_needed(*step)) continue;
        make_needed(*step);
        changed = true;
      }
    }
  }

 private:
  void need(const Step& step) {
    needed_.insert(step.reads.begin(), step.reads.end());
    if (const auto* use = std::get_if<UseAction>(&step.action)) {
      for (const auto& [name, slot] : use->outputs) needed_.insert(slot);
    }
  }
  bool is_needed(const Step& step) const {
    return std::ranges::any_of(step.save,
                               [&](const Save& save) { return needed_.contains(save.slot); });
  }
  void make_needed(Step& step) {
    step.only_looks = false;
    need(step);
    for (Steps* steps : inner_steps(step.action)) {
      for (Step& inner : *steps) make_needed(inner);
    }
  }

  std::vector<Step*> steps_;
  std::set<Slot> needed_;
};

}  // namespace

void mark_looks(Plan& plan) {
  Marking marking;
  (void)marking.mark(plan.steps);
  marking.settle();
  for (Invariant& invariant : plan.invariants) {
    invariant.of_one_play = invariant.own && std::ranges::any_of(plan.names, [&](const auto& name) {
                              return has(invariant.step.reads, name.second);
                            });
  }
}

}  // namespace peregrine::lang
