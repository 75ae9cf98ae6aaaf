// Which database a step asks.
#pragma once

#include <string>

#include "lang/verbs.h"

namespace peregrine::lang {

// The name of the one that `db:` says, or of the first of this kind. One that the chosen
// environment lacks is noted in the context. Reports one that there is not; then the name may be
// empty.
std::string choose_database(const VerbContext& context, DatabaseSpec::Kind kind);

}  // namespace peregrine::lang
