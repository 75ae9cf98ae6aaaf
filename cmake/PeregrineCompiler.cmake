# Flags that every target of the project is compiled with.
set(PEREGRINE_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")
option(PEREGRINE_FUZZ "Build the libFuzzer targets" OFF)

add_library(peregrine_flags INTERFACE)
target_compile_options(peregrine_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wextra-semi -Wunused -Werror -fno-omit-frame-pointer)
target_compile_definitions(peregrine_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_include_directories(peregrine_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_link_options(peregrine_flags INTERFACE -fuse-ld=lld-19)
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  # What has not changed since the last link is not compiled to machine code again.
  target_link_options(
    peregrine_flags INTERFACE "-Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/thinlto"
                              "-Wl,--thinlto-cache-policy=cache_size_bytes=2g")
endif()

if(PEREGRINE_SANITIZE)
  target_compile_options(peregrine_flags INTERFACE
    -fsanitize=${PEREGRINE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(peregrine_flags INTERFACE -fsanitize=${PEREGRINE_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Paths count from the source folder, so that all checkouts of a machine share what they compile.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true "${CCACHE}")
endif()
