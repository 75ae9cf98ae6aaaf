// The function that would be called without this library: the C library's, or that of a sanitizer
// between the two.
//
//   constinit Next<int(clockid_t, timespec*)> next_gettime{"clock_gettime"};
//   next_gettime(CLOCK_REALTIME, &time);
//
// It is looked up once, at the latest by resolve() before main(); later calls are safe in a signal
// handler, allocate nothing and take no lock. Looking up twice at once finds the same.
#pragma once

#include <dlfcn.h>

#include <atomic>

namespace peregrine::preload {

// What of a name there are several versions must be asked for by version: without one, dlsym() may
// find the oldest, whose condition variables are other objects.
void* find_next(const char* name, const char* version);

template <class Function>
class Next {
 public:
  constexpr explicit Next(const char* name, const char* version = nullptr)
      : name_(name), version_(version) {}

  Function* resolve() {
    auto* found = reinterpret_cast<Function*>(find_next(name_, version_));
    found_.store(found, std::memory_order_release);
    return found;
  }
  bool is_known() const { return found_.load(std::memory_order_acquire) != nullptr; }
  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    Function* found = found_.load(std::memory_order_acquire);
    if (!found) [[unlikely]] {
      found = resolve();
    }
    return found(arguments...);
  }

 private:
  const char* name_;
  const char* version_;
  std::atomic<Function*> found_ = nullptr;
};

}  // namespace peregrine::preload
