#include "play/delivered.h"

#include <fmt/core.h>

#include <algorithm>

namespace peregrine::play {

namespace {

constexpr size_t kAddressesTold = 5;

}  // namespace

void Delivered::add_other(const std::string& other) {
  if (std::ranges::find(others, other) == others.end()) others.push_back(other);
}

std::string Delivered::explain_none() const {
  std::string text = fmt::format("no {} has come to {}", what, address);
  if (to_others == 0) return text;
  text += fmt::format(", {} to others: ", to_others == 1 ? "one" : fmt::format("{}", to_others));
  for (size_t i = 0; i < std::min(others.size(), kAddressesTold); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", others[i]);
  }
  return text + (others.size() > kAddressesTold ? ", …" : "");
}

void explain_absence(const Delivered& delivered, Attempt& attempt) {
  const base::Value& mails =
      attempt.slots[std::ranges::find(attempt.step.seen, "mails", &lang::Seen::name)->slot];
  const base::List& selected = mails.as_list();
  for (const lang::Seen& seen : attempt.step.seen) {
    if (seen.name == "mails" || seen.name == "count" || !seen.read) continue;
    if (!selected.empty() && selected.back().find(seen.name)) continue;
    if (delivered.come == 0) {
      attempt.see_nothing(seen.name, delivered.explain_none());
    } else if (selected.empty()) {
      attempt.see_nothing(seen.name,
                          fmt::format("of the {} that came none is selected", delivered.come));
    } else {
      attempt.see_nothing(seen.name, fmt::format("the {} has no {}", delivered.what, seen.name));
    }
  }
}

}  // namespace peregrine::play
