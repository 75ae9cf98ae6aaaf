// Waits for a lock, a semaphore, a message queue or the end of a thread, until an instant of the
// time of day. They lose nothing between two waits, so the caller sees only how it ended.
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>

#include "preload/moved_time.h"
#include "preload/next.h"

namespace peregrine::preload {

namespace {

using Until = const timespec*;
using Mutex = pthread_mutex_t;
using RwLock = pthread_rwlock_t;

constinit Next<int(Mutex*, Until)> next_timedlock{"pthread_mutex_timedlock"};
constinit Next<int(Mutex*, clockid_t, Until)> next_clocklock{"pthread_mutex_clocklock"};
constinit Next<int(RwLock*, Until)> next_timedrdlock{"pthread_rwlock_timedrdlock"};
constinit Next<int(RwLock*, Until)> next_timedwrlock{"pthread_rwlock_timedwrlock"};
constinit Next<int(RwLock*, clockid_t, Until)> next_clockrdlock{"pthread_rwlock_clockrdlock"};
constinit Next<int(RwLock*, clockid_t, Until)> next_clockwrlock{"pthread_rwlock_clockwrlock"};
constinit Next<int(mtx_t*, Until)> next_mtx_timedlock{"mtx_timedlock"};
constinit Next<int(sem_t*, Until)> next_sem_timedwait{"sem_timedwait"};
constinit Next<int(sem_t*, clockid_t, Until)> next_sem_clockwait{"sem_clockwait"};
constinit Next<ssize_t(mqd_t, char*, size_t, unsigned*, Until)> next_mq_receive{"mq_timedreceive"};
constinit Next<int(mqd_t, const char*, size_t, unsigned, Until)> next_mq_send{"mq_timedsend"};
constinit Next<int(pthread_t, void**, Until)> next_timedjoin{"pthread_timedjoin_np"};
constinit Next<int(pthread_t, void**, clockid_t, Until)> next_clockjoin{"pthread_clockjoin_np"};

template <class... Functions>
void resolve_all(Next<Functions>&... functions) {
  (functions.resolve(), ...);
}

__attribute__((constructor)) void prepare() {
  resolve_all(next_timedlock, next_clocklock, next_timedrdlock, next_timedwrlock, next_clockrdlock,
              next_clockwrlock, next_mtx_timedlock, next_sem_timedwait, next_sem_clockwait,
              next_mq_receive, next_mq_send, next_timedjoin, next_clockjoin);
}

template <class Wait>
int wait_on(clockid_t clock, Until deadline, Wait wait) {
  return wait_in_slices(deadline, clock, ETIMEDOUT, wait);
}

}  // namespace

PEREGRINE_EXPORT int pthread_mutex_timedlock(Mutex* mutex, Until deadline) noexcept {
  return wait_on(CLOCK_REALTIME, deadline,
                 [&](Until until) { return next_timedlock(mutex, until); });
}

PEREGRINE_EXPORT int pthread_mutex_clocklock(Mutex* mutex, clockid_t clock,
                                             Until deadline) noexcept {
  return wait_on(clock, deadline, [&](Until until) { return next_clocklock(mutex, clock, until); });
}

PEREGRINE_EXPORT int pthread_rwlock_timedrdlock(RwLock* lock, Until deadline) noexcept {
  return wait_on(CLOCK_REALTIME, deadline,
                 [&](Until until) { return next_timedrdlock(lock, until); });
}

PEREGRINE_EXPORT int pthread_rwlock_timedwrlock(RwLock* lock, Until deadline) noexcept {
  return wait_on(CLOCK_REALTIME, deadline,
                 [&](Until until) { return next_timedwrlock(lock, until); });
}

PEREGRINE_EXPORT int pthread_rwlock_clockrdlock(RwLock* lock, clockid_t clock,
                                                Until deadline) noexcept {
  return wait_on(clock, deadline,
                 [&](Until until) { return next_clockrdlock(lock, clock, until); });
}

PEREGRINE_EXPORT int pthread_rwlock_clockwrlock(RwLock* lock, clockid_t clock,
                                                Until deadline) noexcept {
  return wait_on(clock, deadline,
                 [&](Until until) { return next_clockwrlock(lock, clock, until); });
}

PEREGRINE_EXPORT int mtx_timedlock(mtx_t* mutex, Until deadline) {
  return wait_in_slices(deadline, CLOCK_REALTIME, thrd_timedout,
                        [&](Until until) { return next_mtx_timedlock(mutex, until); });
}

PEREGRINE_EXPORT int sem_timedwait(sem_t* semaphore, Until deadline) {
  return by_errno(wait_on(CLOCK_REALTIME, deadline, [&](Until until) {
    return next_sem_timedwait(semaphore, until) == 0 ? 0 : errno;
  }));
}

PEREGRINE_EXPORT int sem_clockwait(sem_t* semaphore, clockid_t clock, Until deadline) {
  return by_errno(wait_on(clock, deadline, [&](Until until) {
    return next_sem_clockwait(semaphore, clock, until) == 0 ? 0 : errno;
  }));
}

PEREGRINE_EXPORT ssize_t mq_timedreceive(mqd_t queue, char* message, size_t size,
                                         unsigned* priority, Until deadline) {
  ssize_t received = -1;
  const int error = wait_on(CLOCK_REALTIME, deadline, [&](Until until) {
    received = next_mq_receive(queue, message, size, priority, until);
    return received >= 0 ? 0 : errno;
  });
  return error == 0 ? received : by_errno(error);
}

PEREGRINE_EXPORT int mq_timedsend(mqd_t queue, const char* message, size_t size, unsigned priority,
                                  Until deadline) {
  return by_errno(wait_on(CLOCK_REALTIME, deadline, [&](Until until) {
    return next_mq_send(queue, message, size, priority, until) == 0 ? 0 : errno;
  }));
}

PEREGRINE_EXPORT int pthread_timedjoin_np(pthread_t thread, void** result, Until deadline) {
  return wait_on(CLOCK_REALTIME, deadline,
                 [&](Until until) { return next_timedjoin(thread, result, until); });
}

PEREGRINE_EXPORT int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock,
                                          Until deadline) {
  return wait_on(clock, deadline,
                 [&](Until until) { return next_clockjoin(thread, result, clock, until); });
}

}  // namespace peregrine::preload
