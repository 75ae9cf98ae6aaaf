// Child processes. A child belongs to the Reaper, which started it; a Child is the loop's end of
// it: its output, its end, and the means to end it.
//
// Every child is the leader of a session and process group of its own. A signal goes to the whole
// group, and the group dies with its leader, so that `npm start` does not leave its node behind.
// Its input is /dev/null; its standard output and error are one pipe, unless a file is named.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/line_reader.h"
#include "io/loop.h"

namespace peregrine::io {

class Reaper;

// The user that a child runs as. Only root may name another than itself.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

struct Command {
  std::vector<std::string> argv;  // the program is sought in the PATH of `env` unless it has a '/'
  std::vector<std::string> env;   // "NAME=value"; nothing is inherited
  std::string cwd;                // empty: where Peregrine is
  std::optional<Identity> as{};
  // Files instead of /dev/null and the pipe for its standard input and output; its standard error
  // stays with the pipe. Opened by the reaper, before the change of identity. The output file is
  // made anew and cannot grow beyond kLargestOutput: the program that tries gets SIGXFSZ.
  std::string input_file{};
  std::string output_file{};
};
inline constexpr size_t kLargestOutput = 64 << 20;  // bytes

// The environment of this process, for a command that is to have it too.
std::vector<std::string> inherited_environment();

struct ExitStatus {
  int code = 0;    // when it ended by itself
  int signal = 0;  // when a signal ended it, otherwise 0
  bool ok() const { return code == 0 && signal == 0; }
  // "ended with code 1", "was ended by SIGKILL".
  std::string to_string() const;
};

class Child {
 public:
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Kills what still runs.
  ~Child();

  pid_t pid() const { return pid_; }
  const std::optional<ExitStatus>& exited() const { return exited_; }
  // Fails with Code::closed when the reaper itself is gone, and the child with it.
  Task<base::Result<ExitStatus>> wait(Deadline deadline);
  // To the whole group. Nothing when it has ended.
  base::Result<> kill(int signal);
  // Somebody must read it: a child that fills the pipe stands still.
  LineReader& output() { return output_; }

 private:
  friend class Reaper;
  Child(Reaper& reaper, pid_t pid, int output_fd);
  void end(ExitStatus status);
  void lose();

  Reaper* reaper_;  // null once the reaper is gone
  pid_t pid_;
  LineReader output_;
  std::optional<ExitStatus> exited_;
  Signal ended_;
};

// What a short program did.
struct Output {
  ExitStatus status;
  std::vector<std::string> lines;  // the first kOutputLines of them
};
inline constexpr size_t kOutputLines = 1000;

// Runs a program to its end. Fails when it cannot be started or the deadline passes; a program that
// says no by its exit status is not a failure here. `started` is told which process it is.
Task<base::Result<Output>> run_program(Reaper& reaper, Command command, Deadline deadline,
                                       std::function<void(pid_t)> started = {});

}  // namespace peregrine::io
