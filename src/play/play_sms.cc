// sms: what third parties were asked to deliver to a number.
#include "play/action.h"
#include "play/delivered.h"
#include "play/links.h"

namespace peregrine::play {

using base::Result;
using base::Value;

namespace {

// With its links beside what the provider says of it.
Value with_links(const Value& message) {
  base::MapBuilder map;
  for (const auto& [name, value] : message.as_map()) map.set(name, value);
  map.set("links", find_links(lang::to_text(*message.find("text"))));
  return Value(map.build());
}

}  // namespace

io::Task<Result<>> play_action(const lang::SmsAction& action, Attempt& attempt) {
  CO_TRY(const std::string number, action.number.fill_text(attempt.context));
  const system::RunningSystem& system = attempt.world.system();
  base::List mails;
  Delivered delivered{.what = "text message", .address = number};
  for (const lang::ProviderUse& use : system.spec().providers) {
    CO_TRY(const base::List messages, system.provider(use.name).text_messages());
    for (const Value& message : messages) {
      const std::string to = lang::to_text(*message.find("to"));
      if (to == number) {
        ++delivered.come;
        mails.push_back(with_links(message));
      } else {
        ++delivered.to_others;
        delivered.add_other(to);
      }
    }
  }
  CO_TRY_OK(attempt.see_list("mails", std::move(mails)));
  explain_absence(delivered, attempt);
  co_return Result<>{};
}

}  // namespace peregrine::play
