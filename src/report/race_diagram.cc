#include "report/race_diagram.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "record/statement_shape.h"

namespace peregrine::report {

using record::RaceAct;
using record::RaceFinding;
using record::RaceResult;
using Kind = record::RaceAct::Kind;

namespace {

constexpr size_t kNumber = 6;  // columns of a row's number, and a gap
constexpr size_t kLeastColumn = 18;
constexpr size_t kMostColumn = 64;
constexpr size_t kMostColumns = 6;  // contenders with a column each
constexpr size_t kLeastLine = 40;   // of the width, without columns
constexpr size_t kMostName = 24;    // columns of a contender's, before each line
constexpr size_t kMostLines = 3;    // of a statement
constexpr size_t kMostRows = 400;
constexpr size_t kLongRun = 8;    // operations of one that nobody comes between
constexpr size_t kEndsOfRun = 3;  // of which so many are shown at either end

enum class Look { plain, quiet, warns, fails };

// An act as it is shown: what it is, and on lines of their own what came of it and what services
// wrote to their logs then.
struct Row {
  size_t contender = 0;
  size_t number = 0;  // of the operation; 0: it is none
  std::string text{};
  std::string outcome{};
  std::vector<std::string> logs{};  // lines that came after it
  Look look = Look::plain;
  bool failed = false;
  bool begins = false, ends = false;
  bool no_return = false;  // from behind it on nothing was of use
};

bool is_operation(const RaceAct& act) {
  return act.kind == Kind::asks || act.kind == Kind::commits;
}

// Of each act the next one of the same contender; null: it is his last.
std::vector<const RaceAct*> next_of_each(const std::vector<RaceAct>& acts, size_t contenders) {
  std::vector<const RaceAct*> of_contender(contenders), all(acts.size());
  for (size_t i = acts.size(); i-- > 0;) {
    all[i] = std::exchange(of_contender[acts[i].contender], &acts[i]);
  }
  return all;
}

// Without blanks at its ends.
std::string tidied(const std::string& text) { return std::string(base::trimmed(text)); }

// Makes rows of acts. What came of an operation that had to wait is told where it goes on.
class Rows {
 public:
  Rows(const RaceResult& race, const RaceFinding& finding)
      : acts_(finding.acts),
        no_return_(finding.no_return ? finding.no_return->act : std::nullopt),
        next_(next_of_each(acts_, race.contenders.size())),
        waiting_(race.contenders.size()) {
    std::set<std::string_view> boundaries, services;
    for (const RaceAct& act : acts_) {
      if (is_operation(act)) boundaries.insert(act.boundary);
      for (const record::RaceLog& log : act.logs) services.insert(log.source);
    }
    names_boundary_ = boundaries.size() > 1;
    names_service_ = services.size() > 1;
  }

  std::vector<Row> make() {
    std::vector<Row> rows;
    for (size_t i = 0; i < acts_.size(); ++i) {
      rows.push_back(row_of(i));
      add_logs(rows.back(), acts_[i]);
      rows.back().no_return = i == no_return_;
    }
    return rows;
  }

 private:
  Row row_of(size_t at) {
    const RaceAct& act = acts_[at];
    Row row{.contender = act.contender};
    switch (act.kind) {
      case Kind::begins:
        row.text = "begins";
        row.look = Look::quiet;
        row.begins = true;
        break;
      case Kind::ends:
        row.text = "is done";
        row.look = Look::quiet;
        row.ends = true;
        break;
      case Kind::blocks:
        row.text = "waits for another";
        row.look = Look::warns;
        break;
      case Kind::goes_on:
        row.text = "goes on";
        row.look = Look::quiet;
        tell_outcome(row, waiting_[act.contender]);
        waiting_[act.contender] = nullptr;
        break;
      case Kind::asks:
      case Kind::commits:
        fill_operation(row, at);
        break;
    }
    return row;
  }

  void fill_operation(Row& row, size_t at) {
    const RaceAct& act = acts_[at];
    row.number = ++number_;
    row.text = act.kind == Kind::commits
                   ? "commits: others see it"
                   : tidied(base::printable(record::statement_shape(act.text)));
    if (row.text.empty()) row.text = "(nothing)";
    if (names_boundary_) row.text = base::printable(act.boundary) + ": " + row.text;
    if (act.preempts) row.text = "▶ " + row.text;
    if (act.preempts) row.look = Look::warns;
    const RaceAct* next = next_[at];
    if (next && next->kind == Kind::blocks) {
      waiting_[act.contender] = &act;
      return;
    }
    tell_outcome(row, &act);
    const bool divided = next && next->kind == Kind::commits && next->text == act.text;
    if (row.outcome.empty() && act.kind == Kind::asks && divided)
      row.outcome = "seen by nobody yet";
  }

  void add_logs(Row& row, const RaceAct& act) const {
    for (const record::RaceLog& log : act.logs) {
      const std::string source = names_service_ ? base::printable(log.source) + ": " : "";
      std::string text = tidied(base::printable(log.text));
      std::ranges::replace(text, '\t', ' ');
      row.logs.push_back("· " + source + text);
    }
    if (act.more_logs > 0) row.logs.push_back(fmt::format("· {} more lines", act.more_logs));
  }

  static void tell_outcome(Row& row, const RaceAct* of) {
    if (!of) return;
    row.outcome = tidied(base::printable(of->outcome));
    row.failed = of->failed;
    if (of->failed) row.look = Look::fails;
  }

  const std::vector<RaceAct>& acts_;
  std::optional<size_t> no_return_;
  std::vector<const RaceAct*> next_;     // by act
  std::vector<const RaceAct*> waiting_;  // by contender: the operation that waits
  bool names_boundary_ = false;
  bool names_service_ = false;  // whose a line of a log is
  size_t number_ = 0;
};

// Of many operations of one that nobody comes between the first and the last are enough. The point
// of no return ends such a row.
std::vector<Row> shortened(std::vector<Row> rows) {
  std::vector<Row> kept;
  const auto is_part = [&](size_t i, size_t first) {
    return i < rows.size() && rows[i].number > 0 && rows[i].contender == rows[first].contender &&
           (i == first || rows[i].look == Look::plain);
  };
  for (size_t i = 0; i < rows.size();) {
    size_t end = i;
    while (is_part(end, i) && !(end > i && rows[end - 1].no_return)) ++end;
    if (end - i < kLongRun) {
      kept.push_back(std::move(rows[i++]));
      continue;
    }
    const size_t left_out = end - i - 2 * kEndsOfRun;
    const Row more{.contender = rows[i].contender,
                   .text = fmt::format("… {} more …", left_out),
                   .look = Look::quiet};
    for (size_t k = i; k < i + kEndsOfRun; ++k) kept.push_back(std::move(rows[k]));
    kept.push_back(more);
    for (size_t k = end - kEndsOfRun; k < end; ++k) kept.push_back(std::move(rows[k]));
    i = end;
  }
  return kept;
}

constexpr std::string_view kNoReturn = "══ point of no return ";

// Across all columns.
std::string no_return_line(const Paint& paint, size_t width) {
  std::string line(kNoReturn);
  for (size_t at = base::display_width(line); at < width; ++at) line += "═";
  return std::string(kNumber, ' ') + paint.red(line) + "\n";
}

// As much of a text as so many columns of a terminal hold.
std::string cut(const std::string& text, size_t width) {
  if (base::display_width(text) <= width) return text;
  size_t characters = width - 1;
  std::string head = base::first_characters(text, characters);
  while (characters > 0 && base::display_width(head) > width - 1) {
    head = base::first_characters(text, --characters);
  }
  return head + "…";
}

// At blanks where there are some; what is more than so many lines hold is cut off.
std::vector<std::string> wrapped(const std::string& text, size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string_view word : base::split(text, ' ')) {
    if (word.empty()) continue;
    std::string& line = lines.back();
    const std::string more = line + (line.empty() ? "" : " ") + std::string(word);
    if (line.empty() || base::display_width(more) <= width) {
      line = more;
    } else if (lines.size() == kMostLines) {
      line = cut(more, width);
      break;
    } else {
      line = cut(line, width);
      lines.emplace_back(word);
    }
  }
  lines.back() = cut(lines.back(), width);
  return lines;
}

std::string painted(const Paint& paint, Look look, const std::string& text) {
  switch (look) {
    case Look::plain:
      return text;
    case Look::quiet:
      return paint.dim(text);
    case Look::warns:
      return paint.yellow(text);
    case Look::fails:
      return paint.red(text);
  }
  return text;
}

std::string number_text(size_t number) {
  return number > 0 ? fmt::format("{:>{}}  ", number, kNumber - 2) : std::string(kNumber, ' ');
}

class Columns {
 public:
  Columns(const RaceResult& race, const Paint& paint, size_t column)
      : paint_(paint), column_(column), goes_on_(race.contenders.size(), false) {
    std::string line(kNumber, ' ');
    for (const std::string& name : race.contenders) {
      const std::string title = cut(base::printable(record::title_of_contender(name)), column_ - 2);
      line += title + std::string(column_ - base::display_width(title), ' ');
    }
    text_ = paint_.bold(line.substr(0, line.find_last_not_of(' ') + 1)) + "\n";
  }

  void add(const Row& row) {
    if (row.begins) goes_on_[row.contender] = true;
    const Look outcome_look = row.failed ? Look::fails : Look::quiet;
    const std::string outcome = row.outcome.empty() ? "" : "→ " + row.outcome;
    const size_t room = column_ - 2;
    const bool fits = !outcome.empty() && base::display_width(row.text + outcome) + 2 <= room;
    if (fits) {
      add_line(row, row.number,
               painted(paint_, row.look, row.text) + "  " + painted(paint_, outcome_look, outcome),
               base::display_width(row.text + outcome) + 2);
    } else {
      size_t number = row.number;
      for (const std::string& line : wrapped(row.text, room)) {
        add_line(row, number, painted(paint_, row.look, line), base::display_width(line));
        number = 0;
      }
      const std::string line = cut(outcome, room);
      if (!line.empty()) {
        add_line(row, 0, painted(paint_, outcome_look, line), base::display_width(line));
      }
    }
    for (const std::string& log : row.logs) {
      for (const std::string& line : wrapped(log, room)) {
        add_line(row, 0, paint_.dim(line), base::display_width(line));
      }
    }
    if (row.ends) goes_on_[row.contender] = false;
    if (row.no_return) add_no_return();
  }

  void add_no_return() { text_ += no_return_line(paint_, column_ * goes_on_.size() - 2); }

  // One that is not shown.
  void skip(const Row& row) {
    if (row.begins || row.ends) goes_on_[row.contender] = row.begins;
  }

  std::string text() && { return std::move(text_); }

 private:
  // Blanks are put before what stands behind them, so that none is left at the end.
  void add_line(const Row& row, size_t number, const std::string& cell, size_t width) {
    std::string line;
    size_t blanks = kNumber;
    if (number > 0) {
      line = paint_.dim(fmt::format("{:>{}}", number, kNumber - 2));
      blanks = 2;
    }
    for (size_t i = 0; i < goes_on_.size(); ++i) {
      const bool own = i == row.contender;
      if (!own && !goes_on_[i]) {
        blanks += column_;
        continue;
      }
      line += std::string(blanks, ' ') + (own ? cell : paint_.dim("│"));
      blanks = column_ - (own ? width : 1);
    }
    text_ += line + "\n";
  }

  const Paint& paint_;
  size_t column_;
  std::vector<bool> goes_on_;  // by contender: he has begun, and is not done
  std::string text_;
};

std::string list_text(const RaceResult& race, std::span<const Row> rows, const Paint& paint,
                      size_t width) {
  std::string text;
  for (const Row& row : rows) {
    const std::string name = cut(base::printable(race.contenders[row.contender]), kMostName);
    std::string line = name + ": " + row.text;
    if (!row.outcome.empty()) line += "  → " + row.outcome;
    const size_t room = std::max(width, kLeastLine) - kNumber;
    text += number_text(row.number) + painted(paint, row.look, cut(line, room)) + "\n";
    for (const std::string& log : row.logs) {
      text += number_text(0) + paint.dim(cut("   " + log, room)) + "\n";
    }
    if (row.no_return) text += no_return_line(paint, room);
  }
  return text;
}

}  // namespace

std::string race_diagram(const RaceResult& race, const RaceFinding& finding, const Paint& paint,
                         size_t width) {
  const auto tells = [](const RaceAct& act) { return is_operation(act) || !act.logs.empty(); };
  if (std::ranges::none_of(finding.acts, tells)) return "";
  std::vector<Row> rows = shortened(Rows(race, finding).make());
  const size_t hidden = rows.size() > kMostRows ? rows.size() - kMostRows : 0;
  std::string text;
  if (hidden > 0) text = paint.dim(fmt::format("      after {} earlier acts:\n", hidden));
  const std::span<const Row> shown = std::span<const Row>(rows).subspan(hidden);
  const std::span<const Row> earlier = std::span<const Row>(rows).first(hidden);
  const bool comes_first = finding.no_return && (!finding.no_return->act ||
                                                 std::ranges::any_of(earlier, &Row::no_return));
  const size_t count = race.contenders.size();
  const size_t room = std::max(width, kNumber) - kNumber;
  if (count > kMostColumns || room / count < kLeastColumn) {
    if (comes_first) text += no_return_line(paint, std::max(width, kLeastLine) - kNumber);
    return text + list_text(race, shown, paint, width);
  }
  Columns columns(race, paint, std::min(room / count, kMostColumn));
  for (const Row& row : earlier) columns.skip(row);
  if (comes_first) columns.add_no_return();
  for (const Row& row : shown) columns.add(row);
  return text + std::move(columns).text();
}

}  // namespace peregrine::report
