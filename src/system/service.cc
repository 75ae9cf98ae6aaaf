#include "system/service.h"

#include <fmt/core.h>

#include <csignal>

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr size_t kLastLines = 20;
constexpr base::Duration kFirstPause = 5ms;
constexpr base::Duration kLongestPause = 50ms;
constexpr base::Duration kAnswerWithin = 2s;

}  // namespace

Service::~Service() = default;

io::Task<Result<std::unique_ptr<Service>>> Service::start(io::Loop& loop, io::Reaper& reaper,
                                                          ServiceCommand command, OnLine on_line,
                                                          io::Deadline deadline) {
  std::unique_ptr<Service> service(new Service(loop, std::move(command), std::move(on_line)));
  const ServiceCommand& wanted = service->command_;
  CO_TRY(service->process_,
         co_await reaper.spawn({wanted.argv, wanted.environment, wanted.folder, std::nullopt},
                               deadline));
  service->scope_.spawn(service->collect_log());
  Result<> ready = co_await service->wait_until_ready(deadline);
  if (!ready) {
    if (!service->fallen()) co_await service->stop(0s);
    co_return fail(ready.error().code, "{}{}", ready.error().to_string(), service->last_lines());
  }
  co_return std::move(service);
}

io::Task<Result<>> Service::wait_until_ready(io::Deadline deadline) {
  net::HttpClient client(loop_);
  std::string last = "it was not asked";
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    wire::Request request;
    request.target = command_.ready_path;
    request.headers.add("connection", "close");
    auto answer = co_await client.send(command_.origin, std::move(request),
                                       io::Deadline::earlier(deadline, loop_.in(kAnswerWithin)));
    if (answer && answer->status / 100 == 2) co_return Result<>{};
    if (!answer && answer.error().code == Code::cancelled)
      co_return std::unexpected(answer.error());
    last = answer ? fmt::format("it answered {}", answer->status) : answer.error().to_string();
    // A moment for its last lines to arrive before it is said to have fallen.
    Result<> slept = co_await loop_.sleep(pause);
    if (!slept) co_return slept;
    if (auto reason = fallen()) co_return fail(Code::failed, "{} before it was ready", *reason);
    if (loop_.now() >= deadline.at) break;
  }
  co_return fail(Code::timeout, "{} is not ready: GET {}{}: {}", command_.name,
                 command_.origin.to_string(), command_.ready_path, last);
}

io::Task<void> Service::collect_log() {
  for (;;) {
    auto line = co_await process_->output().line(io::Deadline::never());
    if (!line || !*line) co_return;
    lines_.push_back(**line);
    if (lines_.size() > kLastLines) lines_.pop_front();
    on_line_(**line);
  }
}

std::string Service::last_lines() const {
  if (lines_.empty()) return "; it logged nothing";
  std::string text = "; the end of its log:";
  for (const std::string& line : lines_) text += "\n    " + line;
  return text;
}

std::optional<std::string> Service::fallen() const {
  const auto& status = process_->exited();
  if (!status) return std::nullopt;
  return fmt::format("{} {}", command_.name, status->to_string());
}

io::Task<void> Service::stop(base::Duration grace) {
  if (process_->exited()) co_return;
  (void)process_->kill(SIGTERM);
  if (grace > 0s && co_await process_->wait(loop_.in(grace))) co_return;
  (void)process_->kill(SIGKILL);
  (void)co_await process_->wait(loop_.in(1s));
}

Result<std::vector<std::string>> split_command(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      if (in_word) words.push_back(std::exchange(word, ""));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0)
    return fail(Code::invalid, "a {} without its end in the command `{}`", quote, line);
  if (in_word) words.push_back(std::move(word));
  if (words.empty()) return fail(Code::invalid, "the command is empty");
  return words;
}

}  // namespace peregrine::system
