// Pages that somebody looks at: one for each person of a play, and one for nobody.
#include "base/text.h"
#include "play/page.h"
#include "play/player.h"

namespace peregrine::play {

using namespace std::chrono_literals;

namespace {

constexpr base::Duration kCloseWithin = 2s;
constexpr base::Duration kPictureWithin = 2s;

}  // namespace

void Player::make_sessions(std::vector<Session>& sessions) const {
  sessions.clear();
  sessions.resize(plan_.persons.size() + (plan_.browses ? 1 : 0));
}

// What was seen when a step failed, if a report shows it.
io::Task<void> Player::take_picture(const lang::Step& step, Branch& branch) {
  const auto page = session_of(step.person.value_or(plan_.persons.size()), branch).page;
  if (!page || !world_.keeper || !world_.timeline) co_return;
  auto taken = co_await page->picture(world_.loop.in(kPictureWithin));
  if (!taken) co_return;
  world_.timeline->add_picture({.at = base::monotonic_now(),
                                .step = branch.step,
                                .name = base::shortened(step.sentence, 200),
                                .failed = true,
                                .jpeg = *std::move(taken)});
}

// No page of one play is open in the next, where it would go on asking.
io::Task<void> Player::close_pages(std::vector<Session>& sessions) {
  for (Session& session : sessions) {
    const auto page = std::exchange(session.page, nullptr);
    if (page) co_await page->close(world_.loop.in(kCloseWithin));
  }
}

}  // namespace peregrine::play
