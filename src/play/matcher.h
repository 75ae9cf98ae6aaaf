// How play/match.h compares: one function for each form of pattern. Lists, which say most about how
// they differ, are in matcher_lists.cc, what a pattern is called in pattern_words.h.
#pragma once

#include <forward_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "lang/pattern.h"
#include "play/pairing.h"
#include "play/path.h"
#include "record/results.h"

namespace peregrine::play {

class Matcher {
 public:
  Matcher(const lang::Context& context, std::vector<record::Mismatch>& mismatches)
      : context_(context), mismatches_(mismatches) {}

  base::Result<> match(const lang::Pattern& pattern, const base::Value* actual, const Path& path);

 private:
  using Pattern = lang::Pattern;
  using Value = base::Value;
  using Wanted = std::vector<const Pattern*>;

  base::Result<> fits(const Pattern::Equal& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Kinds& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Compare& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Matches& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::StatusClass& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Items& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Members& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Exactly& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Unordered& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Contains& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Every& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Equals& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Predicate& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::AnyOf& form, const Value* actual, const Path& path);
  base::Result<> fits(const Pattern::Not& form, const Value* actual, const Path& path);

  // Maps and lists are gone into, so that only what differs is told.
  base::Result<> compare_values(const Value& wanted, const Value* actual, const Path& path);
  base::Result<> compare_maps(const base::Map& wanted, const base::Map& actual, const Path& path);

  base::Result<> match_in_order(const Wanted& wanted, const base::List& elements, const Path& path);
  base::Result<> match_in_place(const Wanted& wanted, const base::List& elements, const Path& path);
  base::Result<> report_aligned(const Wanted& wanted, const base::List& elements,
                                const std::vector<std::pair<size_t, size_t>>& pairs,
                                const Path& path);
  base::Result<bool> report_other_order(const Fitting& fitting, const base::List& elements,
                                        const Path& path);
  base::Result<> report_unpaired(const Wanted& wanted, const base::List& elements, Pairing& pairing,
                                 const Path& path);

  // Of the elements that are not taken the one that differs least, with how it does.
  struct Near {
    size_t element = 0;
    std::vector<record::Mismatch> mismatches{};
  };
  base::Result<std::optional<Near>> nearest(const Pattern& wanted, const base::List& elements,
                                            const std::vector<bool>& taken, const Path& path);

  // Which elements each item fits.
  base::Result<Fitting> fitting(const Wanted& wanted, const base::List& elements);
  base::Result<bool> holds(const Pattern& pattern, const Value* actual);
  // The items as written, or of the list that an expression gives; those live in `made_`.
  base::Result<Wanted> items_of(const Pattern::Several& several);
  Wanted items_of(const base::List& list);

  // A pattern in words, without what is inside of it.
  base::Result<std::string> describe(const Pattern& pattern);
  // How many places of it can differ.
  base::Result<size_t> count_places(const Pattern& pattern);

  // `wanted` is a value that the expected text stands for, if it does.
  void report(const Path& path, std::string expected, const Value* actual,
              const Value* wanted = nullptr, const std::string& more = "", std::string note = "");

  const lang::Context& context_;
  std::forward_list<Pattern> made_;
  std::vector<record::Mismatch>& mismatches_;
  bool deciding_ = false;  // whether it fits is all that is asked
  bool shallow_ = false;   // lists inside are compared place by place: this is one try of many
};

}  // namespace peregrine::play
