#include "play/fits.h"

#include "play/match.h"

namespace peregrine::play {

base::Result<bool> fits(const lang::Pattern& pattern, const base::Value* actual,
                        const lang::Context& context) {
  std::vector<record::Mismatch> mismatches;
  TRY_OK(match(pattern, actual, context, "", mismatches));
  return mismatches.empty();
}

}  // namespace peregrine::play
