// Memory that the program's own files take.
#pragma once

namespace peregrine::io {

// Gives back what is resident of the program's and its libraries' code and constants; what runs on
// is there again when it is next touched, from the page cache. For a process that has done with
// starting and goes on for long: start-up touches most of what it has, and a load little of it.
// Sizes do not matter to what it computes: a system that cannot do it does not. Breakpoints that a
// debugger has put into code are lost. Any thread. Source: madvise(2), dl_iterate_phdr(3).
void give_back_program_pages();

}  // namespace peregrine::io
