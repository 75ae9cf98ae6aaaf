#include "io/start_program.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "io/process.h"

namespace peregrine::io {

namespace {

enum class Step : int { input, output, identity, folder, program };

std::string words(Step step) {
  switch (step) {
    case Step::input:
      return "open its input";
    case Step::output:
      return "give it an output";
    case Step::identity:
      return "become the other user";
    case Step::folder:
      return "enter its folder";
    case Step::program:
      return "";
  }
  return "";
}

struct Failure {
  int error = 0;
  Step step = Step::program;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void give_up(int report, Step step) {
  const Failure failure{errno, step};
  (void)!write(report, &failure, sizeof failure);
  _exit(127);
}

void default_signals() {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void take_identity(const reaper::Spawn& spawn, int report) {
  if (spawn.uid == reaper::kNobody) return;
  if (setgroups(1, &spawn.gid) != 0 || setgid(spawn.gid) != 0 || setuid(spawn.uid) != 0) {
    give_up(report, Step::identity);
  }
}

void use_files(const reaper::Spawn& spawn, int report) {
  if (!spawn.input_file.empty()) {
    const int input = open(spawn.input_file.c_str(), O_RDONLY | O_CLOEXEC);
    if (input < 0 || dup2(input, 0) < 0) give_up(report, Step::input);
  }
  if (!spawn.output_file.empty()) {
    constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    const int output = open(spawn.output_file.c_str(), kNew, 0600);
    if (output < 0 || dup2(output, 1) < 0) give_up(report, Step::output);
    const rlimit most{kLargestOutput, kLargestOutput};
    if (setrlimit(RLIMIT_FSIZE, &most) != 0) give_up(report, Step::output);
  }
}

[[noreturn]] void become(const reaper::Spawn& spawn, int output, int report, pid_t reaper) {
  setsid();
  default_signals();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (output < 0) output = null;
  if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) {
    give_up(report, Step::output);
  }
  use_files(spawn, report);
  take_identity(spawn, report);
  // After the change of identity, which clears it. The reaper may have died just before.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != reaper) _exit(127);
  if (!spawn.cwd.empty() && chdir(spawn.cwd.c_str()) != 0) give_up(report, Step::folder);
  std::vector<char*> env = pointers(spawn.env);
  std::vector<char*> argv = pointers(spawn.argv);
  environ = env.data();  // execvp seeks in this PATH
  execvp(argv[0], argv.data());
  give_up(report, Step::program);
}

}  // namespace

StartedProgram start_program(const reaper::Spawn& spawn, int output) {
  if (spawn.argv.empty()) return {-1, EINVAL, words(Step::program)};
  std::array<int, 2> report{};
  if (pipe2(report.data(), O_CLOEXEC) != 0) return {-1, errno, words(Step::program)};
  const pid_t reaper = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(spawn, output, report[1], reaper);
  const int fork_error = errno;
  close(report[1]);
  Failure failure{fork_error, Step::program};
  // exec closes the other end; a failure comes through it before.
  ssize_t n = 0;
  do n = pid < 0 ? 1 : read(report[0], &failure, sizeof failure);
  while (n < 0 && errno == EINTR);
  close(report[0]);
  if (n == 0) return {pid, 0, ""};
  if (pid > 0) waitpid(pid, nullptr, 0);
  return {-1, failure.error, words(failure.step)};
}

}  // namespace peregrine::io
