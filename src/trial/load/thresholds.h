// Whether what a load has measured keeps within its bounds.
#pragma once

#include <vector>

#include "lang/load_spec.h"
#include "record/load_result.h"
#include "trial/load/figures.h"

namespace peregrine::trial {

// What figures do not hold: of services, databases. Nothing for what was not measured.
class Observed {
 public:
  virtual ~Observed() = default;
  virtual std::optional<double> figure(std::string_view on, std::string_view what) const = 0;
};

// Each threshold but `leak` (leaks.h) with what was measured. One of which nothing was measured has
// fallen: it says so. `measured`: how long.
std::vector<record::LoadThreshold> judge(const std::vector<lang::Threshold>& thresholds,
                                         const Figures& figures, base::Duration measured,
                                         const Observed& observed);

// Whether somebody said how many plays may fail.
bool bounds_errors(const std::vector<lang::Threshold>& thresholds);

}  // namespace peregrine::trial
