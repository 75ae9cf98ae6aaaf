// Playing one action: what a verb does. One file per verb (play_http.cc, play_sql.cc, …); each
// fills the slots of what its step sees.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "boundary/provider.h"
#include "lang/plan.h"
#include "net/cookie_jar.h"
#include "net/http_client.h"
#include "play/last_sent.h"
#include "play/streams.h"
#include "record/kept_events.h"
#include "system/running_system.h"

namespace peregrine::play {

using CallMarks = std::vector<std::pair<std::string_view, boundary::Provider::Mark>>;  // by name

// What a virtual user plays against.
struct World {
  io::Loop& loop;
  const system::Endpoints& endpoints;
  net::HttpClient& http;
  // Null in a process that plays users beside the one that has the system: there a play asks
  // services, and needs nothing else (lang/needs_system.h).
  system::RunningSystem* running = nullptr;
  // Takes what happens; null where nobody looks at it. A load has one for some of its plays only.
  record::Timeline* timeline = nullptr;
  record::EventKeeper* keeper = nullptr;  // null where no report shows the events of a play

  // REQUIRES: it is in this process.
  system::RunningSystem& system() const {
    base::check(running != nullptr, "a play needs a system that is not in its process");
    return *running;
  }
  // Why the first of what runs there does not any more, as far as this process knows.
  std::optional<std::string> fallen() const { return running ? running->fallen() : std::nullopt; }
};

class Page;

// One who plays: an actor of the journey, with his cookies and, once he has looked at one, a page.
struct Session {
  net::CookieJar cookies;
  std::shared_ptr<Page> page;
  bool logged_in = false;
  bool logging_in = false;  // his login's own steps are being played
};

// When something was asked, and when it was answered.
struct Asked {
  base::Instant sent;
  base::Instant answered;
};

// A message whose sender says when it was sent, and when it came.
struct Delivery {
  base::Instant sent;
  base::Instant came;
};

// Who is told of each element of a list that is selected, with its place in it, and may change it.
struct Selected {
  std::function<base::Result<>(size_t place, base::Value& element)> each{};
  size_t shown_from = 0;  // of those from this place on the parts are seen meanwhile
};

// One attempt at one step.
struct Attempt {
  World& world;
  const lang::Step& step;
  lang::Context context;
  std::vector<base::Value>& slots;
  io::Deadline deadline;
  // Who makes it; null: nobody.
  const lang::Person* person = nullptr;
  Session* session = nullptr;
  Session* browser = nullptr;  // whose page it is, of a step that has to do with one
  uint64_t number = 0;         // of the step, on the timeline
  Streams* streams = nullptr;
  LastSent* last_sent = nullptr;          // of the journey
  StreamTotals* stream_totals = nullptr;  // of all who play, where many do
  // What providers had been sent before the play, by name.
  const CallMarks* call_marks = nullptr;
  // Who says when the last byte of a request may go, or null.
  net::LastByte* last_byte = nullptr;
  // What the step's action of a third party has brought; at a further of its `times`, before.
  std::optional<boundary::Performed>* performed = nullptr;
  // How many of the step's acts on a page are done, by attempts before; nothing at the first one.
  std::optional<size_t>* acts_done = nullptr;
  // Why what it sees cannot change any more, if it cannot: to wait for it is of no use then.
  std::string over{};
  // Why something that the step could see is absent, by slot: "the answer is not JSON: …".
  std::map<lang::Slot, std::string> absent{};
  // When what it asks for was asked, and when the answer came; of what asks for something.
  std::optional<Asked> asked{};
  // Of `receive`: when the last message that it selects came.
  std::optional<base::Instant> came{};
  // Of `receive` with `sent_at`: the messages that it has not measured before.
  std::vector<Delivery> deliveries{};
  // The answer of which `json` holds only what the step reads.
  std::optional<net::HttpCall> partly{};

  // `make` gives the event; it is not called when nothing is recorded.
  template <class Make>
  void record(const Make& make) {
    if (!world.timeline) return;
    record::Event event = make();
    event.cause.step = number;
    world.timeline->add(std::move(event));
  }
  // Whether what it sends goes when all else of the loop's turn has run (Loop::last): where many
  // play, their requests go in a row. Who paces lets nobody wait.
  bool sends_last() const { return stream_totals && !world.loop.paces(); }
  void see(const lang::Seen& part, base::Value value);
  // The journey sends something now: `latency` of what comes is counted from here.
  void sends(base::Instant at) {
    if (last_sent) last_sent->note(at, world.loop.now());
    if (!asked) asked = Asked{at, at};
  }
  // Something came of it, or will not: the loop was told in this turn.
  void answered() {
    if (asked) asked->answered = std::max(asked->sent, world.loop.now());
  }
  void see(std::string_view name, base::Value value);
  void see_nothing(std::string_view name, std::string why);
  // A list of which `where` selects and `count` counts; of an element's parts those of the last one
  // selected are seen. Fails when `where` cannot be evaluated, and as `selected` does.
  base::Result<> see_list(std::string_view name, base::List elements,
                          const Selected& selected = {});
  // Whether an expectation or `save` of the step reads it.
  bool reads(std::string_view name) const;
};

// Whether a step goes out in the name of who does it, with his headers and cookies.
bool speaks_for_somebody(const lang::Step& step);

// Fails when the action could not be carried out: no answer, a query that is refused.
io::Task<base::Result<>> play_action(const lang::HttpAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::SqlAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::RedisAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::CheckAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::ExecAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::LogAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::MailAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::SmsAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::ClockAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::PageAction& action, Attempt& attempt);

io::Task<base::Result<>> play_action(const lang::ThirdPartyAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::SentAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::FailAction& action, Attempt& attempt);

io::Task<base::Result<>> play_action(const lang::OpenAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::SendAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::ReceiveAction& action, Attempt& attempt);
io::Task<base::Result<>> play_action(const lang::CloseAction& action, Attempt& attempt);

}  // namespace peregrine::play
