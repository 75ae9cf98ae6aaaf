// Memory of coroutine frames: a free list per size class and thread, so that a request that calls
// a few coroutines allocates nothing in steady state. A list keeps as many frames as were alive at
// once, until its thread ends; a frame is released on the thread that allocated it. Under
// AddressSanitizer the lists are off, so that a use after the frame's end is seen.
#pragma once

#include <cstddef>

namespace peregrine::io::frames {

void* allocate(size_t size);
void release(void* frame, size_t size) noexcept;

// Frames of this thread that are alive now. Tests see that none is left behind.
size_t alive();

}  // namespace peregrine::io::frames
