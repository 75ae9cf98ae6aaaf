#include "report/json.h"

#include "base/json.h"
#include "report/json_values.h"
#include "report/version.h"

namespace peregrine::report {

using base::List;
using base::Map;

std::string to_json(const record::RunResult& result) {
  List journeys;
  for (const record::JourneyResult& journey : result.journeys) {
    journeys.push_back(to_value(journey));
  }
  base::MapBuilder whole(Map{{"peregrine", kVersion},
                             {"trial", result.trial},
                             {"system", result.system},
                             {"seed", result.seed},
                             {"rounds", result.rounds},
                             {"shuffled", result.shuffled},
                             {"verdict", to_string(result.verdict)},
                             {"started", result.started},
                             {"startup_s", base::to_seconds(result.startup)},
                             {"duration_s", base::to_seconds(result.duration)},
                             {"journeys", std::move(journeys)}});
  if (!result.loads.empty()) {
    List loads;
    for (const record::LoadResult& load : result.loads) loads.push_back(to_value(load));
    whole.set("load", std::move(loads));
  }
  if (!result.races.empty()) {
    List races;
    for (const record::RaceResult& race : result.races) races.push_back(to_value(race));
    whole.set("races", std::move(races));
  }
  return base::to_json_pretty(whole.build()) + "\n";
}

}  // namespace peregrine::report
