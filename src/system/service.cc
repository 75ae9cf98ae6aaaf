#include "system/service.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>

#include "io/process_tree.h"
#include "system/readiness.h"

namespace peregrine::system {

using base::fail;
using base::Result;
using namespace std::chrono_literals;

Service::~Service() = default;

io::Task<Result<std::unique_ptr<Service>>> Service::start(io::Loop& loop, io::Reaper& reaper,
                                                          ServiceCommand command, OnLine on_line,
                                                          io::Deadline deadline) {
  std::unique_ptr<Service> service(new Service(loop, command.name, std::move(on_line)));
  CO_TRY(service->process_, co_await reaper.spawn(std::move(command.command), deadline));
  service->scope_.spawn(service->collect_log());
  Readiness readiness{command.name, command.origin, command.ready_path,
                      [watched = service.get()] { return watched->fallen(); }};
  Result<> ready = co_await wait_until_ready(loop, std::move(readiness), deadline);
  if (!ready) {
    if (!service->fallen()) co_await service->stop(0s);
    co_return fail(ready.error().code, "{}{}", ready.error().to_string(),
                   service->lines_.to_string());
  }
  service->tree_ = io::tree_of(service->process_->pid());
  co_return std::move(service);
}

io::Task<void> Service::collect_log() {
  for (;;) {
    auto line = co_await process_->output().line(io::Deadline::never());
    if (!line || !*line) co_return;
    on_line_(**line);
    lines_.add(**std::move(line));
  }
}

std::optional<std::string> Service::fallen() const {
  const auto& status = process_->exited();
  if (!status) return std::nullopt;
  return fmt::format("{} {}", name_, status->to_string());
}

bool Service::busy() const { return std::ranges::any_of(tree_, io::is_busy); }

io::Task<void> Service::stop(base::Duration grace) {
  if (process_->exited()) co_return;
  (void)process_->kill(SIGTERM);
  if (grace > 0s && co_await process_->wait(loop_.in(grace))) co_return;
  (void)process_->kill(SIGKILL);
  (void)co_await process_->wait(loop_.in(1s));
}

}  // namespace peregrine::system
