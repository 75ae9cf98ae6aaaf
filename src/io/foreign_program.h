// For tests against programs of others: a shell command whose output the loop waits for. What it
// says on its standard error is part of the output.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/loop.h"

namespace peregrine::io {

class ForeignProgram {
 public:
  static bool installed(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
  }

  ForeignProgram(Loop& loop, const std::string& command)
      : pipe_(popen(("exec 2>&1; " + command).c_str(), "re")), watch_(loop, dup(fileno(pipe_))) {
    fcntl(watch_.fd(), F_SETFL, O_NONBLOCK);
  }
  ForeignProgram(const ForeignProgram&) = delete;
  ForeignProgram& operator=(const ForeignProgram&) = delete;
  // Waits for its end.
  ~ForeignProgram() { pclose(pipe_); }

  // The output up to a text that ends with `enough`, or all of it.
  Task<base::Result<std::string>> read_until(std::string enough, Deadline deadline) {
    std::string text;
    std::vector<char> buffer(65536);
    while (enough.empty() || !text.ends_with(enough)) {
      const ssize_t n = read(watch_.fd(), buffer.data(), buffer.size());
      if (n > 0) {
        text.append(buffer.data(), static_cast<size_t>(n));
      } else if (n == 0) {
        break;
      } else {
        CO_TRY_OK(co_await watch_.readable.wait(deadline));
      }
    }
    co_return text;
  }

 private:
  FILE* pipe_;
  Watch watch_;
};

// All that a command says.
inline Task<base::Result<std::string>> output_of(Loop& loop, std::string command) {
  ForeignProgram program(loop, command);
  co_return co_await program.read_until("", loop.in(std::chrono::seconds(20)));
}

}  // namespace peregrine::io
