// What mail: and sms: have in common: why a step that looks at what was delivered to an address
// does not see what it asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "play/action.h"

namespace peregrine::play {

struct Delivered {
  std::string_view what;  // "mail"
  std::string address;
  size_t come = 0;       // to the address
  size_t to_others = 0;  // messages
  std::vector<std::string> others{};

  // An address that a message went to instead; each is kept once.
  void add_other(const std::string& other);
  // "no mail has come to a@x.test, 2 to others: b@x.test"
  std::string explain_none() const;
};

// Says why a part that the step looks at is absent, better than a list can tell. Comes after
// `mails` is seen.
void explain_absence(const Delivered& delivered, Attempt& attempt);

}  // namespace peregrine::play
