#include "record/race_result.h"

namespace peregrine::record {

std::string_view to_string(RaceAct::Kind kind) {
  switch (kind) {
    case RaceAct::Kind::begins:
      return "begins";
    case RaceAct::Kind::asks:
      return "asks";
    case RaceAct::Kind::commits:
      return "commits";
    case RaceAct::Kind::blocks:
      return "blocks";
    case RaceAct::Kind::goes_on:
      return "goes_on";
    case RaceAct::Kind::ends:
      return "ends";
  }
  return "asks";
}

std::string title_of_contender(const std::string& name) {
  const bool number = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
  return number ? "contender " + name : name;
}

}  // namespace peregrine::record
