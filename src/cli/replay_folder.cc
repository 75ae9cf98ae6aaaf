#include "cli/replay_folder.h"

#include <optional>

#include "base/json.h"
#include "report/replay_json.h"

namespace peregrine::cli {

using base::Result;
using record::Replay;

namespace {

constexpr const char* kOurs = ".peregrine";
constexpr const char* kReplays = "replays";
constexpr size_t kMostBytes = 1 << 20;  // of a record

std::string file_of(const std::string& id) { return id + ".json"; }

Result<Replay> read(const io::Folder& folder, const std::string& name) {
  TRY(const std::string text, folder.read(name, kMostBytes));
  TRY(const base::Value value, base::parse_json(text));
  report::ValueReader from(value);
  Replay replay = report::read_replay(from);
  TRY_OK(from.good());
  return replay;
}

}  // namespace

Result<io::Folder> ReplayFolder::open() const {
  TRY(const io::Folder beside, io::Folder::open(beside_));
  TRY(const io::Folder ours, beside.inner(kOurs));
  return ours.inner(kReplays);
}

Result<> ReplayFolder::keep(const Replay& replay) const {
  TRY(const io::Folder beside, io::Folder::open(beside_));
  TRY(const io::Folder ours, beside.make_inner(kOurs));
  TRY_OK(ours.write_new(".gitignore", "*\n"));
  TRY(const io::Folder folder, ours.make_inner(kReplays));
  const std::string text = base::to_json_pretty(report::to_value(replay)) + "\n";
  TRY_OK(folder.write(file_of(replay.id), text));
  const std::vector<io::Folder::File> files = folder.files();
  for (size_t i = kMost; i < files.size(); ++i) folder.remove(files[i].name);
  return {};
}

Result<Replay> ReplayFolder::find(const std::string& id) const {
  TRY(const io::Folder folder, open());
  return read(folder, file_of(id));
}

// One that cannot be read is passed over: here they are only told of.
std::vector<Replay> ReplayFolder::newest(size_t most) const {
  std::vector<Replay> replays;
  const auto folder = open();
  if (!folder) return replays;
  for (const io::Folder::File& file : folder->files()) {
    if (replays.size() == most) break;
    if (auto replay = read(*folder, file.name)) replays.push_back(*std::move(replay));
  }
  return replays;
}

void ReplayKeeper::race_finished(const record::RaceResult& race) {
  for (const record::RaceFinding& finding : race.findings) keep(finding.replay);
}

void ReplayKeeper::keep(const Replay& replay) {
  if (!replay.id.empty() && kept_) kept_ = folder_.keep(replay);
}

}  // namespace peregrine::cli
