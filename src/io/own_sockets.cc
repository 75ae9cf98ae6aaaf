#include "io/own_sockets.h"

#include <sys/mman.h>
#include <sys/socket.h>

#include <atomic>

namespace peregrine::io {

namespace {

using Place = std::atomic<uint64_t>;
static_assert(Place::is_always_lock_free, "processes share it");

// A cookie's place is its remainder: the kernel counts them up.
Place* remembered = nullptr;

Place& place_of(uint64_t cookie) { return remembered[cookie % kMostRemembered]; }

}  // namespace

void remember_own_sockets() {
  if (remembered) return;
  void* memory = mmap(nullptr, kMostRemembered * sizeof(Place), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) remembered = static_cast<Place*>(memory);
}

void remember_own_socket(int fd) {
  if (!remembered) return;
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) != 0) return;
  place_of(cookie).store(cookie, std::memory_order_relaxed);
}

bool is_own_socket(uint64_t cookie) {
  return remembered && place_of(cookie).load(std::memory_order_relaxed) == cookie;
}

}  // namespace peregrine::io
