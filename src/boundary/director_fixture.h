// For tests: a director that does as the test says.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boundary/operation.h"

namespace peregrine::boundary {

// Does as the test says with what has `with` in its text, and lets the rest pass.
class Leader final : public Director {
 public:
  Verdict decide(Point point, const Operation& operation) override {
    constexpr std::string_view kPoints[] = {"request", "effect", "answer"};
    lines.push_back(fmt::format("{} {}{}", kPoints[static_cast<size_t>(point)], operation.text,
                                operation.visible ? "" : " (invisible)"));
    if (point != at || operation.text.find(with) == std::string_view::npos) return {};
    last = operation.id;
    return verdict;
  }
  void settled(const Operation& operation, const Outcome& outcome) override {
    constexpr std::string_view kHow[] = {"answered", "dropped", "closed", "abandoned", "cancelled"};
    lines.push_back(fmt::format("settled {}: {} {}", operation.text,
                                kHow[static_cast<size_t>(outcome.how)], outcome.text));
  }
  // "request SELECT 1; answer SELECT 1; …" since the last call, of visible operations.
  std::string told() {
    std::string all;
    for (const std::string& line : std::exchange(lines, {})) {
      if (line.ends_with("(invisible)")) continue;
      all += (all.empty() ? "" : "; ") + line;
    }
    return all;
  }

  Point at = Point::request;
  std::string with = "held";
  Verdict verdict{Verdict::Act::hold};
  OperationId last = 0;  // that was not let pass
  std::vector<std::string> lines;
};

}  // namespace peregrine::boundary
