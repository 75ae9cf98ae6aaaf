// Coroutines. A Task<T> is lazy: it runs when awaited, and its frame belongs to the Task object.
//
//   Task<Result<int>> read_port(Socket& socket, Deadline deadline) {
//     CO_TRY(auto n, co_await socket.receive(buffer, deadline));
//
// All tasks of a chain share one Strand: the thing that can be cancelled. Exactly one leaf of a
// chain waits at a time, so a strand knows where it waits. Tasks run on their loop's thread.
// Frames come from a pool of size classes (see frames.h).
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/check.h"
#include "io/frames.h"

namespace peregrine::io {

class Strand;

template <class T>
class Task;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> continuation;
  Strand* strand = nullptr;

  static void* operator new(size_t size) { return frames::allocate(size); }
  static void operator delete(void* frame, size_t size) { frames::release(frame, size); }

  std::suspend_always initial_suspend() noexcept { return {}; }
  // Exceptions do not cross folders; one that gets here is a bug.
  void unhandled_exception() noexcept { std::terminate(); }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept;
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }
};

// Called by the last task of a strand's chain when it has ended.
void strand_finished(Strand& strand) noexcept;

template <class Promise>
std::coroutine_handle<> PromiseBase::FinalAwaiter::await_suspend(
    std::coroutine_handle<Promise> self) noexcept {
  PromiseBase& promise = self.promise();
  if (promise.continuation) return promise.continuation;
  if (promise.strand) strand_finished(*promise.strand);
  return std::noop_coroutine();
}

template <class T>
struct Promise : PromiseBase {
  static_assert(alignof(T) <= 2 * sizeof(void*), "Loop::fetch_ahead finds the base by this");
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() {}
  void take() {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  // Destroying a task that waits takes it out of whatever it waits for.
  ~Task() {
    if (handle_) handle_.destroy();
  }

  struct Awaiter {
    std::coroutine_handle<promise_type> task;
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) noexcept {
      task.promise().continuation = parent;
      task.promise().strand = parent.promise().strand;
      return task;
    }
    T await_resume() { return task.promise().take(); }
  };
  Awaiter operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  friend promise_type;
  friend class Strand;
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace peregrine::io
