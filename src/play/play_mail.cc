// mail: what services have sent to an address since the play began.
#include <algorithm>
#include <set>

#include "play/action.h"
#include "play/delivered.h"
#include "play/links.h"

namespace peregrine::play {

using base::List;
using base::Result;
using base::Value;

namespace {

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

}  // namespace

io::Task<Result<>> play_action(const lang::MailAction& action, Attempt& attempt) {
  CO_TRY(const std::string address, action.address.fill_text(attempt.context));
  List mails;
  Delivered delivered{.what = "mail", .address = address};
  for (const boundary::Mail& mail : attempt.world.system().mails()) {
    if (mail.is_for(address)) {
      ++delivered.come;
      mails.push_back(to_value(mail));
    } else {
      ++delivered.to_others;
      for (const std::string& each : mail.envelope.recipients) delivered.add_other(each);
    }
  }
  CO_TRY_OK(attempt.see_list("mails", std::move(mails)));
  explain_absence(delivered, attempt);
  co_return Result<>{};
}

}  // namespace peregrine::play
