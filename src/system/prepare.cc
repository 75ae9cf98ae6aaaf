#include "system/prepare.h"

#include <fmt/core.h>

#include "system/last_lines.h"

namespace peregrine::system {

using base::Code;
using base::Result;

namespace {

// Up to the end of its output, and how it ended.
io::Task<Result<io::ExitStatus>> follow(io::Child& child, LastLines& lines, io::Deadline deadline) {
  for (;;) {
    CO_TRY(std::optional<std::string> line, co_await child.output().line(deadline));
    if (!line) break;
    lines.add(*std::move(line));
  }
  co_return co_await child.wait(deadline);
}

}  // namespace

io::Task<Result<>> run_prepare(io::Reaper& reaper, io::Command command, io::Deadline deadline) {
  CO_TRY(std::unique_ptr<io::Child> child, co_await reaper.spawn(std::move(command), deadline));
  LastLines lines;
  const Result<io::ExitStatus> status = co_await follow(*child, lines, deadline);
  if (!status) {
    co_return base::fail(status.error().code, "`prepare` did not end: {}{}",
                         status.error().to_string(), lines.to_string());
  }
  if (status->ok()) co_return Result<>{};
  co_return base::fail(Code::failed, "`prepare` {}{}", status->to_string(), lines.to_string());
}

}  // namespace peregrine::system
