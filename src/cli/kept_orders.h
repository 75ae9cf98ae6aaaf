// `race --keep`: a file beside the journey for each finding that a replay has shown again.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "record/results.h"

namespace peregrine::cli {

class KeptOrders final : public record::Observer {
 public:
  void race_finished(const record::RaceResult& race) override;

  // Says what was written, and what was not and why. Gives the code that the command ends with: one
  // of its own when a file could not be written.
  int tell_all(int code) const;

 private:
  void keep(const record::RaceResult& race, const record::RaceFinding& finding);

  std::vector<std::string> told_;
  std::vector<std::string> failures_;
};

}  // namespace peregrine::cli
