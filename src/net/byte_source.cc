#include "net/byte_source.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;

Task<Result<std::string_view>> TextSource::next(Deadline) {
  const std::string_view piece = std::string_view(text_).substr(given_, kPiece);
  given_ += piece.size();
  co_return piece;
}

Task<Result<std::string>> read_all(ByteSource& source, size_t most, Deadline deadline) {
  std::string all;
  for (;;) {
    CO_TRY(const std::string_view piece, co_await source.next(deadline));
    if (piece.empty()) co_return all;
    if (piece.size() > most - all.size()) {
      co_return fail(Code::limit, "there are more than {} bytes", most);
    }
    all += piece;
  }
}

Task<std::string> read_beginning(ByteSource& source, size_t most, Deadline deadline) {
  std::string all;
  while (all.size() < most) {
    const Result<std::string_view> piece = co_await source.next(deadline);
    if (!piece || piece->empty()) break;
    all += piece->substr(0, most - all.size());
  }
  co_return all;
}

}  // namespace peregrine::net
