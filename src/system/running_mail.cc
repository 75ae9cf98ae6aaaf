#include "system/running_mail.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/digest.h"
#include "net/url.h"

namespace peregrine::system {

using base::Result;
using boundary::Mail;
using record::Event;

namespace {

constexpr std::string_view kSource = "mail";
constexpr size_t kRecipientsTold = 3;

std::string recipients_of(const Mail& mail) {
  const auto& all = mail.envelope.recipients;
  std::string text;
  for (size_t i = 0; i < std::min(all.size(), kRecipientsTold); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", all[i]);
  }
  if (all.size() > kRecipientsTold)
    text += fmt::format(" and {} more", all.size() - kRecipientsTold);
  return text;
}

}  // namespace

// Tells the timeline what services send.
class RunningMail::MailLog final : public boundary::MailObserver {
 public:
  explicit MailLog(record::Timeline& timeline) : timeline_(timeline) {}

  void delivered(const Mail& mail) override {
    const auto& message = mail.message;
    std::string outcome = fmt::format("{} bytes", mail.envelope.data.size());
    for (const auto& attachment : message.attachments) {
      outcome += fmt::format(", {}", attachment.name.empty() ? attachment.type : attachment.name);
    }
    timeline_.add({.at = mail.at,
                   .kind = Event::Kind::mail,
                   .source = std::string(kSource),
                   .text = fmt::format("to {}: {}", recipients_of(mail), message.subject),
                   .detail = message.text.value_or(message.html.value_or("")),
                   .outcome = std::move(outcome),
                   .failed = false,
                   .cause = {.connection = mail.connection}});
  }

  void refused(uint64_t connection, std::string_view reply) override {
    timeline_.add({.at = base::monotonic_now(),
                   .kind = Event::Kind::mail,
                   .source = std::string(kSource),
                   .text = "refused",
                   .detail = "",
                   .outcome = std::string(reply),
                   .failed = true,
                   .cause = {.connection = connection}});
  }

 private:
  record::Timeline& timeline_;
};

RunningMail::RunningMail() = default;
RunningMail::~RunningMail() = default;

Result<std::unique_ptr<RunningMail>> RunningMail::start(io::Loop& loop, const io::Address& at,
                                                        std::optional<boundary::MailLogin> login,
                                                        record::Timeline& timeline,
                                                        boundary::Crossing& crossing) {
  std::unique_ptr<RunningMail> mail(new RunningMail());
  mail->login_ = login;
  mail->log_ = std::make_unique<MailLog>(timeline);
  TRY(mail->sink_,
      boundary::MailSink::open(loop, at, std::move(login), mail->log_.get(), {}, &crossing));
  return mail;
}

ContentTable RunningMail::contents(const Drawn& drawn) const {
  ContentTable table{"mail", {"to", "from", "subject", "text", "html", "attachments"}, {}};
  for (const Mail& mail : mails()) {
    std::vector<std::string> to = mail.envelope.recipients;
    std::ranges::sort(to);
    std::string attachments;
    for (const auto& one : mail.message.attachments) {
      attachments += fmt::format("{} {};", one.name, base::sha256_hex(one.bytes));
    }
    table.rows.push_back({fmt::format("{}", fmt::join(to, ", ")), mail.message.from,
                          comparable_text(mail.message.subject, drawn),
                          comparable_text(mail.message.text.value_or(""), drawn),
                          comparable_text(mail.message.html.value_or(""), drawn),
                          std::move(attachments)});
  }
  return table;
}

base::Map RunningMail::where() const {
  const io::Address& at = sink_->address();
  std::string who;
  if (login_) {
    who = fmt::format("{}:{}@", net::percent_encode(login_->user),
                      net::percent_encode(login_->password));
  }
  base::MapBuilder map;
  map.set("url", base::Value(fmt::format("smtp://{}{}:{}", who, at.host, at.port)));
  map.set("host", base::Value(at.host)).set("port", base::Value(at.port));
  if (login_) {
    map.set("user", base::Value(login_->user)).set("password", base::Value(login_->password));
  }
  return map.build();
}

}  // namespace peregrine::system
