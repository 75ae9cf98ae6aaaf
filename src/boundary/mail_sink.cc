#include "boundary/mail_sink.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "io/thread_pool.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

using namespace std::chrono_literals;
using base::Result;
using io::Listener;
using io::Loop;
using io::Socket;
using io::Task;
using wire::smtp::Question;
using wire::smtp::Session;

namespace {

constexpr size_t kBuffer = size_t{32} * 1024;
constexpr std::string_view kName = "mail";  // as system.yaml has it
constexpr base::Duration kSendMost = 60s;

bool is_login(const Question& question, const MailLogin& login) {
  // Both are compared: how long it takes says nothing of either.
  const bool user = base::equal_in_constant_time(question.user, login.user);
  return base::equal_in_constant_time(question.password, login.password) && user;
}

}  // namespace

bool Mail::is_for(std::string_view address) const {
  return std::ranges::any_of(envelope.recipients, [address](const std::string& recipient) {
    return wire::same_ignoring_case(recipient, address);
  });
}

Result<std::unique_ptr<MailSink>> MailSink::open(Loop& loop, const io::Address& at,
                                                 std::optional<MailLogin> login,
                                                 MailObserver* observer, MailLimits limits,
                                                 Crossing* crossing) {
  TRY(Listener listener, Listener::open(loop, at));
  return std::unique_ptr<MailSink>(
      new MailSink(loop, std::move(listener), std::move(login), observer, limits, crossing));
}

MailSink::MailSink(Loop& loop, Listener listener, std::optional<MailLogin> login,
                   MailObserver* observer, MailLimits limits, Crossing* crossing)
    : loop_(loop),
      login_(std::move(login)),
      observer_(observer),
      limits_(limits),
      crossing_(crossing),
      acceptor_(
          loop, std::move(listener), limits.connections,
          [this](Socket client, uint64_t number) { return serve(std::move(client), number); }) {}

MailSink::~MailSink() = default;

void MailSink::clear() {
  mails_.clear();
  bytes_ = 0;
}

Task<void> MailSink::serve(Socket client, uint64_t number) {
  Session session({.auth = true, .auth_required = login_.has_value()},
                  {.message = limits_.message});
  std::vector<char> buffer(kBuffer);
  std::string replies = take_replies(session, number);
  for (;;) {
    if (!co_await client.send(replies, loop_.in(kSendMost))) co_return;
    if (session.closed()) break;
    replies.clear();
    Result<size_t> n = co_await client.receive(buffer, loop_.in(limits_.idle));
    if (!n || *n == 0) co_return;
    for (std::string_view rest(buffer.data(), *n); !rest.empty();) {
      rest.remove_prefix(session.feed(rest));
      replies += take_replies(session, number);
      if (!session.question()) continue;
      if (!co_await answer(session, number)) co_return;
      replies += take_replies(session, number);
    }
  }
  (void)co_await client.finish_sending(loop_.in(kSendMost));
}

Task<bool> MailSink::answer(Session& session, uint64_t number) {
  const Question& question = *session.question();
  if (question.about == Question::About::message) {
    co_return co_await deliver(session, number);
  }
  if (question.about == Question::About::login && login_ && !is_login(question, *login_)) {
    session.refuse({535, "system.yaml says another user or password"});
  } else {
    session.accept();
  }
  co_return true;
}

Task<bool> MailSink::deliver(Session& session, uint64_t number) {
  const size_t size = session.envelope().data.size();
  Mail mail{.connection = number, .envelope = session.take_envelope()};
  auto read = [data = mail.envelope.data] { return read_mail(data); };
  Result<MailMessage> message =
      co_await loop_.pool().run(std::move(read), loop_.in(limits_.reading));
  if (!message) {
    session.refuse({451, "it takes too long to read"});
    co_return true;
  }
  mail.message = *std::move(message);
  const auto& to = mail.envelope.recipients;
  Visit visit(crossing_, kName, [&] {
    return fmt::format("to {}: {}", to.empty() ? "" : to.front(), mail.message.subject);
  });
  if (!co_await passes(visit, Point::request)) co_return false;
  // Only now, for meanwhile others may have come.
  const bool full = mails_.size() >= limits_.mails || bytes_ + size > limits_.bytes;
  if (!full) keep(std::move(mail));
  if (!co_await passes(visit, Point::answer)) co_return false;
  visit.answered(full, full ? "452" : "250");
  if (full) {
    session.refuse({452, fmt::format("no more than {} mails and {} bytes are kept", limits_.mails,
                                     limits_.bytes)});
  } else {
    session.accept();
  }
  co_return true;
}

void MailSink::keep(Mail mail) {
  mail.at = base::monotonic_now();
  mail.wall_at = base::wall_now();
  bytes_ += mail.envelope.data.size();
  mails_.push_back(std::move(mail));
  if (observer_) observer_->delivered(mails_.back());
}

// Else the client waits in vain, or is left at once.
Task<bool> MailSink::passes(Visit& visit, Point point) {
  const Result<Verdict::Act> act = co_await visit.at(point);
  if (act && *act == Verdict::Act::drop) (void)co_await loop_.sleep(limits_.idle);
  co_return act && *act == Verdict::Act::pass;
}

// Each refusal is told as soon as it is made, so that it stands in its place among the mails.
std::string MailSink::take_replies(Session& session, uint64_t number) {
  std::string replies = session.take_output();
  if (!observer_) return replies;
  for (std::string_view line : base::split(replies, '\n')) {
    const bool refuses = line.starts_with('4') || line.starts_with('5');
    if (refuses) observer_->refused(number, base::trimmed(line));
  }
  return replies;
}

}  // namespace peregrine::boundary
