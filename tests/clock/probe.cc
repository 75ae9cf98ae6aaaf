// A program that looks at its clock in every way there is, for ./run, which moves it.
//   probe read        what each reading says, in whole seconds since 1970
//   probe wait        each wait until an instant 0.2 s ahead: how long it took by monotonic time
//   probe wait NAME   this wait until an instant a day ahead
// Each line is NAME VALUE, what went wrong is told as a text in place of the value.
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <threads.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::system_clock;

void tell(const char* name, long long value) { std::printf("%s %lld\n", name, value); }

long long seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec;
}

void read_all() {
  tell("realtime", seconds_of(CLOCK_REALTIME));
  tell("realtime_coarse", seconds_of(CLOCK_REALTIME_COARSE));
  tell("tai", seconds_of(CLOCK_TAI));
  timeval value{};
  gettimeofday(&value, nullptr);
  tell("gettimeofday", value.tv_sec);
  tell("time", time(nullptr));
  timespec spec{};
  timespec_get(&spec, TIME_UTC);
  tell("timespec_get", spec.tv_sec);
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &spec);
  tell("syscall_clock_gettime", spec.tv_sec);
  tell("syscall_time", syscall(SYS_time, nullptr));
  syscall(SYS_gettimeofday, &value, nullptr);
  tell("syscall_gettimeofday", value.tv_sec);
  tell("system_clock", system_clock::to_time_t(system_clock::now()));
  tell("monotonic_since_boot", seconds_of(CLOCK_MONOTONIC));
  timespec resolution{};
  clock_getres(CLOCK_REALTIME, &resolution);
  tell("resolution_ns", resolution.tv_nsec);
}

timespec ahead(clockid_t clock, double seconds) {
  timespec time{};
  clock_gettime(clock, &time);
  const auto whole = static_cast<time_t>(seconds);
  time.tv_sec += whole;
  time.tv_nsec += static_cast<long>((seconds - static_cast<double>(whole)) * 1e9);
  if (time.tv_nsec >= 1'000'000'000) {
    time.tv_nsec -= 1'000'000'000;
    ++time.tv_sec;
  }
  return time;
}

const char* expect(bool held, const char* otherwise) { return held ? nullptr : otherwise; }

// Whoever is woken without a cause waits again, as every correct caller does.
const char* wait_on_condition(double seconds, clockid_t made_with, clockid_t asked_for) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, made_with);
  pthread_cond_t condition;
  pthread_cond_init(&condition, &attributes);
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  const timespec until = ahead(asked_for, seconds);
  int error = 0;
  while (error == 0) {
    error = made_with == asked_for ? pthread_cond_timedwait(&condition, &mutex, &until)
                                   : pthread_cond_clockwait(&condition, &mutex, asked_for, &until);
  }
  pthread_mutex_unlock(&mutex);
  return expect(error == ETIMEDOUT, "no_timeout");
}

const char* wait_on_cnd(double seconds) {
  cnd_t condition;
  mtx_t mutex;
  cnd_init(&condition);
  mtx_init(&mutex, mtx_timed);
  mtx_lock(&mutex);
  const timespec until = ahead(CLOCK_REALTIME, seconds);
  int status = thrd_success;
  while (status == thrd_success) status = cnd_timedwait(&condition, &mutex, &until);
  return expect(status == thrd_timedout, "no_timeout");
}

const char* wait_on_std(double seconds) {
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  const auto until =
      system_clock::now() + std::chrono::milliseconds(static_cast<long long>(seconds * 1000));
  const bool seen = condition.wait_until(lock, until, [] { return false; });
  return expect(!seen && system_clock::now() >= until, "too_early");
}

const char* wait_on_semaphore(double seconds, clockid_t clock, bool by_clock) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  const timespec until = ahead(clock, seconds);
  const int status =
      by_clock ? sem_clockwait(&semaphore, clock, &until) : sem_timedwait(&semaphore, &until);
  return expect(status == -1 && errno == ETIMEDOUT, "no_timeout");
}

// A lock that another thread holds for as long as the process lives.
template <class Hold, class Wait>
const char* wait_on_lock(const Hold& hold, const Wait& wait) {
  sem_t held, done;
  sem_init(&held, 0, 0);
  sem_init(&done, 0, 0);
  std::thread holder([&] {
    hold();
    sem_post(&held);
    sem_wait(&done);
  });
  sem_wait(&held);
  const int error = wait();
  sem_post(&done);
  holder.join();
  return expect(error == ETIMEDOUT, "no_timeout");
}

const char* wait_on_mutex(double seconds, bool by_clock) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_t* of = by_clock ? &other : &mutex;
  return wait_on_lock([of] { pthread_mutex_lock(of); },
                      [=] {
                        const timespec until = ahead(CLOCK_REALTIME, seconds);
                        return by_clock ? pthread_mutex_clocklock(of, CLOCK_REALTIME, &until)
                                        : pthread_mutex_timedlock(of, &until);
                      });
}

const char* wait_on_mtx(double seconds) {
  static mtx_t mutex;
  mtx_init(&mutex, mtx_timed);
  return wait_on_lock([] { mtx_lock(&mutex); },
                      [=] {
                        const timespec until = ahead(CLOCK_REALTIME, seconds);
                        const int status = mtx_timedlock(&mutex, &until);
                        return status == thrd_timedout ? ETIMEDOUT : status;
                      });
}

const char* wait_on_rwlock(double seconds, bool writes, bool by_clock) {
  static pthread_rwlock_t locks[] = {PTHREAD_RWLOCK_INITIALIZER, PTHREAD_RWLOCK_INITIALIZER,
                                     PTHREAD_RWLOCK_INITIALIZER, PTHREAD_RWLOCK_INITIALIZER};
  pthread_rwlock_t* of = &locks[(writes ? 2 : 0) + (by_clock ? 1 : 0)];
  return wait_on_lock([of] { pthread_rwlock_wrlock(of); },
                      [=] {
                        const timespec until = ahead(CLOCK_REALTIME, seconds);
                        if (writes) {
                          return by_clock ? pthread_rwlock_clockwrlock(of, CLOCK_REALTIME, &until)
                                          : pthread_rwlock_timedwrlock(of, &until);
                        }
                        return by_clock ? pthread_rwlock_clockrdlock(of, CLOCK_REALTIME, &until)
                                        : pthread_rwlock_timedrdlock(of, &until);
                      });
}

const char* wait_for_thread(double seconds, bool by_clock) {
  static sem_t done;
  sem_init(&done, 0, 0);
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        sem_wait(&done);
        return nullptr;
      },
      nullptr);
  const timespec until = ahead(CLOCK_REALTIME, seconds);
  const int error = by_clock ? pthread_clockjoin_np(thread, nullptr, CLOCK_REALTIME, &until)
                             : pthread_timedjoin_np(thread, nullptr, &until);
  sem_post(&done);
  pthread_join(thread, nullptr);
  return expect(error == ETIMEDOUT, "no_timeout");
}

const char* wait_on_queue(double seconds, bool sends) {
  const std::string name = "/peregrine-clock-" + std::to_string(getpid());
  mq_attr attributes{};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 8;
  const mqd_t queue = mq_open(name.c_str(), O_RDWR | O_CREAT, 0600, &attributes);
  if (queue < 0) return std::strerror(errno);
  mq_unlink(name.c_str());
  char message[8] = "full";
  if (sends) mq_send(queue, message, sizeof(message), 0);
  const timespec until = ahead(CLOCK_REALTIME, seconds);
  const auto status = sends ? mq_timedsend(queue, message, sizeof(message), 0, &until)
                            : mq_timedreceive(queue, message, sizeof(message), nullptr, &until);
  const bool timed_out = status == -1 && errno == ETIMEDOUT;
  mq_close(queue);
  return expect(timed_out, "no_timeout");
}

const char* sleep_until(double seconds, bool raw) {
  const timespec until = ahead(CLOCK_REALTIME, seconds);
  const long status =
      raw ? syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr)
          : clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr);
  return expect(status == 0, "not_slept");
}

const char* wait_on_timerfd(double seconds, clockid_t clock) {
  const int fd = timerfd_create(clock, 0);
  const itimerspec set{{}, ahead(clock, seconds)};
  if (timerfd_settime(fd, TFD_TIMER_ABSTIME, &set, nullptr) != 0) return std::strerror(errno);
  uint64_t times = 0;
  const bool fired = read(fd, &times, sizeof(times)) == sizeof(times) && times == 1;
  close(fd);
  return expect(fired, "not_fired");
}

const char* wait_on_timer(double seconds, clockid_t clock) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGRTMIN;
  timer_t timer;
  if (timer_create(clock, &event, &timer) != 0) return std::strerror(errno);
  const itimerspec when{{}, ahead(clock, seconds)};
  if (timer_settime(timer, TIMER_ABSTIME, &when, nullptr) != 0) return std::strerror(errno);
  int signal = 0;
  sigwait(&set, &signal);
  timer_delete(timer);
  return expect(signal == SIGRTMIN, "another_signal");
}

const char* wait_on_futex(double seconds) {
  static uint32_t word = 7;
  const timespec until = ahead(CLOCK_REALTIME, seconds);
  const int operation = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
  long status = 0;
  while (status == 0) {
    status = syscall(SYS_futex, &word, operation, 7, &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  }
  return expect(status == -1 && errno == ETIMEDOUT, "no_timeout");
}

const char* lock_pi_futex(double seconds) {
  static uint32_t word = 0;
  return wait_on_lock(
      [] { syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, nullptr, nullptr, 0); },
      [=] {
        const timespec until = ahead(CLOCK_REALTIME, seconds);
        return syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, &until, nullptr, 0) == 0 ? 0 : errno;
      });
}

struct Wait {
  const char* name;
  const char* (*until)(double seconds);  // null, or what went wrong
};

const Wait kWaits[] = {
    {"cond_timedwait",
     [](double s) { return wait_on_condition(s, CLOCK_REALTIME, CLOCK_REALTIME); }},
    {"cond_clockwait",
     [](double s) { return wait_on_condition(s, CLOCK_MONOTONIC, CLOCK_REALTIME); }},
    {"cnd_timedwait", wait_on_cnd},
    {"std_condition_variable", wait_on_std},
    {"sem_timedwait", [](double s) { return wait_on_semaphore(s, CLOCK_REALTIME, false); }},
    {"sem_clockwait", [](double s) { return wait_on_semaphore(s, CLOCK_REALTIME, true); }},
    {"mutex_timedlock", [](double s) { return wait_on_mutex(s, false); }},
    {"mutex_clocklock", [](double s) { return wait_on_mutex(s, true); }},
    {"mtx_timedlock", wait_on_mtx},
    {"rwlock_timedrdlock", [](double s) { return wait_on_rwlock(s, false, false); }},
    {"rwlock_clockrdlock", [](double s) { return wait_on_rwlock(s, false, true); }},
    {"rwlock_timedwrlock", [](double s) { return wait_on_rwlock(s, true, false); }},
    {"rwlock_clockwrlock", [](double s) { return wait_on_rwlock(s, true, true); }},
    {"timedjoin", [](double s) { return wait_for_thread(s, false); }},
    {"clockjoin", [](double s) { return wait_for_thread(s, true); }},
    {"mq_timedreceive", [](double s) { return wait_on_queue(s, false); }},
    {"mq_timedsend", [](double s) { return wait_on_queue(s, true); }},
    {"clock_nanosleep", [](double s) { return sleep_until(s, false); }},
    {"syscall_clock_nanosleep", [](double s) { return sleep_until(s, true); }},
    {"syscall_futex_wait", wait_on_futex},
    {"syscall_futex_lock_pi", lock_pi_futex},
    {"timerfd", [](double s) { return wait_on_timerfd(s, CLOCK_REALTIME); }},
    {"timer", [](double s) { return wait_on_timer(s, CLOCK_REALTIME); }},
    // Monotonic time is nobody's to move.
    {"monotonic_cond_timedwait",
     [](double s) { return wait_on_condition(s, CLOCK_MONOTONIC, CLOCK_MONOTONIC); }},
    {"monotonic_cond_clockwait",
     [](double s) { return wait_on_condition(s, CLOCK_REALTIME, CLOCK_MONOTONIC); }},
    {"monotonic_sem_clockwait",
     [](double s) { return wait_on_semaphore(s, CLOCK_MONOTONIC, true); }},
    {"monotonic_timerfd", [](double s) { return wait_on_timerfd(s, CLOCK_MONOTONIC); }},
    {"monotonic_timer", [](double s) { return wait_on_timer(s, CLOCK_MONOTONIC); }},
};

void play(const Wait& wait, double seconds) {
  const auto begin = Clock::now();
  const char* wrong = wait.until(seconds);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  if (wrong) {
    std::printf("%s %s\n", wait.name, wrong);
  } else {
    tell(wait.name, took.count());
  }
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "read") {
    read_all();
  } else if (what == "wait" && count == 2) {
    for (const Wait& wait : kWaits) play(wait, 0.2);
  } else if (what == "wait") {
    std::puts("waiting");
    std::fflush(stdout);
    for (const Wait& wait : kWaits) {
      if (wait.name == std::string(words[2])) play(wait, 86400);
    }
  } else {
    std::fputs("usage: probe read | wait [NAME]\n", stderr);
    return 2;
  }
}
