#include "io/frames.h"

#include <array>
#include <new>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PEREGRINE_PLAIN_FRAMES 1
#endif
#endif

namespace peregrine::io::frames {
namespace {

[[maybe_unused]] constexpr size_t kStep = 64;
constexpr size_t kClasses = 64;  // of 0, 64, 128 … bytes: frames up to 4032 are recycled

struct Free {
  Free* next;
};

struct Pool {
  std::array<Free*, kClasses> lists{};
  size_t alive = 0;
  ~Pool() {
    for (Free* list : lists) {
      while (list) ::operator delete(std::exchange(list, list->next));
    }
  }
};

thread_local Pool pool;

}  // namespace

void* allocate(size_t size) {
  ++pool.alive;
#if !defined(PEREGRINE_PLAIN_FRAMES)
  const size_t index = (size + kStep - 1) / kStep;
  if (index < kClasses) {
    if (Free* frame = pool.lists[index]) {
      pool.lists[index] = frame->next;
      return frame;
    }
    return ::operator new(index * kStep);
  }
#endif
  return ::operator new(size);
}

void release(void* frame, [[maybe_unused]] size_t size) noexcept {
  --pool.alive;
#if !defined(PEREGRINE_PLAIN_FRAMES)
  const size_t index = (size + kStep - 1) / kStep;
  if (index < kClasses) {
    auto* entry = static_cast<Free*>(frame);
    entry->next = pool.lists[index];
    pool.lists[index] = entry;
    return;
  }
#endif
  ::operator delete(frame);
}

size_t alive() { return pool.alive; }

}  // namespace peregrine::io::frames
