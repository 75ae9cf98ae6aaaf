// mail: what services have sent to an address since the play began.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "play/action.h"
#include "play/links.h"

namespace peregrine::play {

using base::List;
using base::Result;
using base::Value;

namespace {

constexpr size_t kAddressesTold = 5;

Value to_value(const std::vector<std::string>& texts) {
  return Value(List(texts.begin(), texts.end()));
}

// By their names in lower case; values of a repeated one joined by ", ".
Value headers_of(const boundary::MailMessage& message) {
  std::vector<std::pair<std::string, std::string>> joined;
  for (const auto& [name, text] : message.headers) {
    const auto known = std::ranges::find(joined, name, &std::pair<std::string, std::string>::first);
    if (known == joined.end()) {
      joined.emplace_back(name, text);
    } else {
      known->second += ", " + text;
    }
  }
  base::MapBuilder map;
  for (auto& [name, text] : joined) map.set(name, Value(std::move(text)));
  return Value(map.build());
}

Value attachments_of(const boundary::MailMessage& message) {
  List list;
  for (const boundary::MailAttachment& attachment : message.attachments) {
    list.push_back(base::Map{{"name", attachment.name},
                             {"type", attachment.type},
                             {"size", attachment.bytes.size()},
                             {"body", base::Bytes{attachment.bytes}}});
  }
  return Value(std::move(list));
}

// Those of the HTML first: what its reader sees is a link there.
Value links_of(const boundary::MailMessage& message) {
  List links;
  std::set<std::string, std::less<>> known;
  for (const auto& part : {message.html, message.text}) {
    if (!part) continue;
    const Value found = find_links(*part);
    for (const Value& link : found.as_list()) {
      if (known.insert(link.as_text()).second) links.push_back(link);
    }
  }
  return Value(std::move(links));
}

// What a mail does not have is absent.
Value to_value(const boundary::Mail& mail) {
  const boundary::MailMessage& message = mail.message;
  base::MapBuilder map;
  map.set("subject", Value(message.subject)).set("from", Value(message.from));
  map.set("to", to_value(message.to)).set("cc", to_value(message.cc));
  if (message.text) map.set("text", Value(*message.text));
  if (message.html) map.set("html", Value(*message.html));
  map.set("links", links_of(message)).set("attachments", attachments_of(message));
  map.set("headers", headers_of(message));
  map.set("sender", Value(mail.envelope.from));
  map.set("recipients", to_value(mail.envelope.recipients));
  map.set("at", Value(mail.wall_at));
  return Value(map.build());
}

// "no mail has come to a@x.test; to others 2 have: b@x.test"
std::string explain_none(const std::string& address, const std::deque<boundary::Mail>& all) {
  std::string text = fmt::format("no mail has come to {}", address);
  if (all.empty()) return text;
  std::vector<std::string> others;
  for (const boundary::Mail& mail : all) {
    for (const std::string& recipient : mail.envelope.recipients) {
      if (std::ranges::find(others, recipient) == others.end()) others.push_back(recipient);
    }
  }
  text += fmt::format(", {} to others: ", all.size() == 1 ? "one" : fmt::format("{}", all.size()));
  for (size_t i = 0; i < std::min(others.size(), kAddressesTold); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", others[i]);
  }
  return text + (others.size() > kAddressesTold ? ", …" : "");
}

// Why a part that the step looks at is absent, better than a list can tell.
void explain_absence(const std::string& address, size_t come, Attempt& attempt) {
  const Value& mails =
      attempt.slots[std::ranges::find(attempt.step.seen, "mails", &lang::Seen::name)->slot];
  const List& selected = mails.as_list();
  for (const lang::Seen& seen : attempt.step.seen) {
    if (seen.name == "mails" || seen.name == "count" || !seen.read) continue;
    if (!selected.empty() && selected.back().find(seen.name)) continue;
    if (come == 0) {
      attempt.see_nothing(seen.name, explain_none(address, attempt.world.system.mails()));
    } else if (selected.empty()) {
      attempt.see_nothing(seen.name, fmt::format("of the {} that came none is selected", come));
    } else {
      attempt.see_nothing(seen.name, fmt::format("the mail has no {}", seen.name));
    }
  }
}

}  // namespace

io::Task<Result<>> play_action(const lang::MailAction& action, Attempt& attempt) {
  CO_TRY(const std::string address, action.address.fill_text(attempt.context));
  List mails;
  for (const boundary::Mail& mail : attempt.world.system.mails()) {
    if (mail.is_for(address)) mails.push_back(to_value(mail));
  }
  const size_t come = mails.size();
  CO_TRY_OK(attempt.see_list("mails", std::move(mails)));
  explain_absence(address, come, attempt);
  co_return Result<>{};
}

}  // namespace peregrine::play
