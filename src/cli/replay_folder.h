// What failed last, kept beside the system so that `peregrine replay ID` finds it:
//
//   .peregrine/.gitignore             everything in here
//   .peregrine/replays/1a2b3c4d.json  one that failed (report/replay_json.h)
#pragma once

#include <string>
#include <vector>

#include "io/folder.h"
#include "record/results.h"

namespace peregrine::cli {

class ReplayFolder {
 public:
  static constexpr size_t kMost = 200;  // those kept last stay

  // `beside` is the folder of system.yaml.
  explicit ReplayFolder(std::string beside) : beside_(std::move(beside)) {}

  base::Result<> keep(const record::Replay& replay) const;
  // Fails with Code::not_found when there is none of this id. REQUIRES: it has the form of one.
  base::Result<record::Replay> find(const std::string& id) const;
  // Those that are kept last, the newest first.
  std::vector<record::Replay> newest(size_t most) const;

 private:
  base::Result<io::Folder> open() const;

  std::string beside_;
};

// Keeps what fails in a run, while it is played.
class ReplayKeeper final : public record::Observer {
 public:
  explicit ReplayKeeper(ReplayFolder folder) : folder_(std::move(folder)) {}

  void journey_finished(const record::JourneyResult& journey) override { keep(journey.replay); }
  void race_finished(const record::RaceResult& race) override;

  // Fails when something could not be kept; after it nothing was tried.
  const base::Result<>& kept() const { return kept_; }

 private:
  void keep(const record::Replay& replay);

  ReplayFolder folder_;
  base::Result<> kept_;
};

}  // namespace peregrine::cli
