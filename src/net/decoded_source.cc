#include "net/decoded_source.h"

namespace peregrine::net {

using base::Result;
using io::Deadline;
using io::Task;

Task<Result<std::string_view>> DecodedSource::next(Deadline deadline) {
  decoded_.clear();
  for (;;) {
    CO_TRY(const bool more, decoder_.decode(piece_, decoded_));
    if (more) co_return decoded_;
    if (ended_) co_return std::string_view();
    CO_TRY(piece_, co_await from_.next(deadline));
    ended_ = piece_.empty();
    if (ended_) CO_TRY_OK(decoder_.finish());
  }
}

}  // namespace peregrine::net
