// What the plays of a journey need of the system beside asking its services.
#pragma once

#include <optional>
#include <string>

#include "lang/plan.h"

namespace peregrine::lang {

// Why a play that does not look (Step::only_looks) needs more than to ask services: a program is
// run, a third party acts, a database is written to by the journey itself. For people: "its step
// "It is paid" (shop.yaml:12) is an action of a third party". Nothing if it does not.
std::optional<std::string> why_needs_system(const Plan& plan);

// Whether a play that looks does more than one that does not.
bool has_looks(const Plan& plan);

}  // namespace peregrine::lang
