// What the page of a report is made from: JSON in data elements, which its script reads.
//
//   <script type="application/json" id="run">        the run, its journeys one line each
//   <script type="application/json" id="journey-0">  one play: steps, failures, notes, events
//   <script type="application/json" id="load-0">     the figures of a load
//   <script type="application/json" id="events">     kinds of events, and their texts, each once
//
// A journey is read when it is first shown, and an event has places in the list of texts instead of
// texts: what many plays have in common is there once.
#pragma once

#include <string>
#include <string_view>

#include "record/results.h"

namespace peregrine::report {

// All elements, for the body of a document.
std::string html_data(const record::RunResult& result);

// JSON as it may stand in a script element: `<`, `>` and `&`, which are in no JSON but inside its
// texts, as \uXXXX, so that nothing in it ends the element or begins a comment (HTML, "Restrictions
// for contents of script elements"); also U+2028 and U+2029, which end lines of JavaScript.
void append_for_script(std::string& out, std::string_view json);

}  // namespace peregrine::report
