// What a statement of PostgreSQL may read, change or lock, from the tree that PostgreSQL's own
// parser makes of it (libpg_query, of version 15).
//
// Of what cannot be parsed, and of what is neither a query nor a change of rows (TRUNCATE, CALL,
// definitions), it says that it may change anything. What functions, triggers and views do is not
// in the text: a catalog tells it (set_catalog), or those who see a transaction's locks.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "boundary/reach.h"

namespace peregrine::boundary {

struct SqlSummary {
  std::vector<Touch> touches{};
  size_t statements = 0;
  bool begins = false, ends = false, rolls_back = false;  // a transaction
  bool to_savepoint = false;  // it sets one, goes back to it or lets it go
  bool repeatable = false;    // its transaction reads as of one moment
  bool changes_rows = false;  // one INSERT, UPDATE, DELETE or MERGE, and nothing else
  bool fetches = false;       // the next rows of a cursor, which may lock them
  // All that it does with advisory locks is to give them back.
  bool only_unlocks = false;
};
// Advisory locks have numbers, which are parameters as a rule: they are all one thing.
inline constexpr std::string_view kAdvisory = "an advisory lock";

// One thread.
class SqlReader {
 public:
  static constexpr size_t kMostKept = 10'000;  // summaries

  // Functions of the user's, which may do anything; what views read.
  void set_catalog(std::set<std::string, std::less<>> functions,
                   std::map<std::string, std::vector<std::string>, std::less<>> views);
  // Valid until the next call.
  const SqlSummary& read(std::string_view sql);

 private:
  std::set<std::string, std::less<>> functions_;
  std::map<std::string, std::vector<std::string>, std::less<>> views_;
  std::map<std::string, SqlSummary, std::less<>> known_;
};

}  // namespace peregrine::boundary
