#include "net/event_writer.h"

namespace peregrine::net {

using base::Result;
using io::Deadline;
using io::Task;

Task<Result<>> EventWriter::begin(Deadline deadline) {
  conversation_.may_be_cut();
  co_return co_await conversation_.begin(
      {.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}},
      std::nullopt, deadline);
}

Task<Result<>> EventWriter::send(Event event, Deadline deadline) {
  std::string text;
  CO_TRY_OK(wire::server_sent_events::append(text, event));
  co_return co_await conversation_.write(text, deadline);
}

Task<Result<>> EventWriter::comment(std::string text, Deadline deadline) {
  std::string lines;
  CO_TRY_OK(wire::server_sent_events::append_comment(lines, text));
  co_return co_await conversation_.write(lines, deadline);
}

Task<Result<>> EventWriter::retry(uint64_t milliseconds, Deadline deadline) {
  std::string line;
  wire::server_sent_events::append_retry(line, milliseconds);
  co_return co_await conversation_.write(line, deadline);
}

}  // namespace peregrine::net
