#include "cli/kept_orders.h"

#include <fmt/core.h>

#include <filesystem>

#include "base/text.h"
#include "cli/tell.h"
#include "io/folder.h"
#include "report/kept_order.h"

namespace peregrine::cli {

void KeptOrders::race_finished(const record::RaceResult& race) {
  for (const record::RaceFinding& finding : race.findings) keep(race, finding);
}

void KeptOrders::keep(const record::RaceResult& race, const record::RaceFinding& finding) {
  if (finding.order.empty() || finding.confirmed == 0) {
    told_.push_back(fmt::format("not kept: {}: {}", race.name,
                                finding.order.empty() ? "no order that was played shows it"
                                                      : "no replay has shown it again"));
    return;
  }
  const std::string name = report::kept_order_name(race, finding);
  const std::filesystem::path folder = std::filesystem::path(race.file).parent_path();
  const std::string path = (folder / name).string();
  const std::string text = report::kept_order_text(race, finding);
  const auto opened = io::Folder::open(folder.empty() ? "." : folder.string());
  const base::Result<bool> written =
      opened ? opened->write_new(name, text) : base::Result<bool>(std::unexpected(opened.error()));
  if (!written) {
    failures_.push_back(fmt::format("cannot keep {}: {}", path, written.error().to_string()));
  } else if (*written) {
    told_.push_back(fmt::format("kept: {}; `run` plays it from now on", path));
  } else {
    const auto there = opened->read(name, text.size());
    told_.push_back(there && *there == text
                        ? fmt::format("kept already: {}", path)
                        : fmt::format("not kept: {} is there, with something else in it", path));
  }
}

int KeptOrders::tell_all(int code) const {
  for (const std::string& line : told_) fmt::print("{}\n", base::printable(line));
  for (const std::string& failure : failures_) tell(failure);
  return failures_.empty() ? code : kOwnError;
}

}  // namespace peregrine::cli
