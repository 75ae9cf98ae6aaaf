#include "io/program_pages.h"

#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

namespace peregrine::io {

namespace {

// What has ever been written to, as relocated constants, lies in a segment that is writable by its
// header: it would be lost.
int give_back(dl_phdr_info* object, size_t, void*) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (size_t i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    if (begin == getauxval(AT_SYSINFO_EHDR)) continue;  // the kernel's own
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the linker tells numbers.
    (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void give_back_program_pages() { dl_iterate_phdr(give_back, nullptr); }

}  // namespace peregrine::io
