// What the steps of a journey's pages are to its others.
#pragma once

#include <optional>
#include <string>

#include "lang/plan.h"

namespace peregrine::lang {

// Whether a step is done in a browser.
bool is_of_page(const Step& step);

// Why a play cannot do without the pages, where many play and one browser is beside them. For
// people: "its step "It is paid" (shop.yaml:12) reads what a page has saved". Nothing if it can.
std::optional<std::string> why_needs_pages(const Plan& plan);

}  // namespace peregrine::lang
