// A system call without the C library: its syscall() is one of the functions that this library
// takes the place of, and to look up the next one may allocate, which a sanitizer's allocator
// answers by asking for the time.
#pragma once

namespace peregrine::preload {

// What the kernel answers: -4095 to -1 is an error's number below zero.
inline long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) {
#if defined(__x86_64__)
  long answer = number;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "+a"(answer)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return answer;
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return x0;
#else
#error "the system call instruction of this processor is not known here: add it"
#endif
}

// Whether this answer is an error.
inline bool is_error(long answer) { return answer < 0 && answer >= -4095; }

}  // namespace peregrine::preload
