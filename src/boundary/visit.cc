#include "boundary/visit.h"

namespace peregrine::boundary {

using Act = Verdict::Act;

Visit::~Visit() { settle({Outcome::How::abandoned}); }

io::Task<base::Result<Act>> Visit::at(Point point) {
  if (id_ == 0) co_return Act::pass;
  const Verdict verdict = crossing_->decide(point, operation());
  CO_TRY(const Crossing::Left left, co_await crossing_->carry_out(id_, verdict));
  if (left.act == Act::drop) settle({Outcome::How::dropped});
  if (left.act == Act::close) settle({Outcome::How::closed});
  co_return left.act;
}

void Visit::answered(bool failed, std::string_view text) {
  settle({Outcome::How::answered, failed, text});
}

void Visit::settle(const Outcome& outcome) {
  if (id_ == 0) return;
  crossing_->settled(operation(), outcome);
  id_ = 0;
}

}  // namespace peregrine::boundary
