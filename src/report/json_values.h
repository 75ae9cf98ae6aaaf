// The parts of a result as JSON has them: what the formats `json`, `jsonl` and `html` share. Their
// form is in docs/running.md.
#pragma once

#include "base/value.h"
#include "record/results.h"

namespace peregrine::report {

// Its instant counts from `begin`.
base::Value to_value(const record::Event& event, base::Instant begin);
base::Value to_value(const record::Count& count);
base::Value to_value(const record::Party& party);
base::Value to_value(const record::Failure& failure);
base::Value to_value(const record::StepResult& step);
base::Value to_value(const record::Note& note);
base::Value to_value(const record::JourneyResult& journey);
base::Value to_value(const record::LoadSlice& slice);
base::Value to_value(const record::LoadResult& load);
base::Value to_value(const record::LoadObserved& observed);
base::Value to_value(const record::RaceResult& race);

}  // namespace peregrine::report
