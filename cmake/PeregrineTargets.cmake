# peregrine_layer(NAME LINKS ...): one static library per folder of src/, its tests beside it.
function(peregrine_layer name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  peregrine_sources(sources tests "src/${name}")
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC peregrine_flags ${ARG_LINKS})
  if(tests)
    peregrine_test(${name}_tests SOURCES ${tests} LINKS ${name})
  endif()
endfunction()

# peregrine_program(NAME FOLDER dir LINKS ...): a program from the sources of one folder.
function(peregrine_program name)
  cmake_parse_arguments(ARG "" "FOLDER" "LINKS" ${ARGN})
  peregrine_sources(sources tests "${ARG_FOLDER}")
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE peregrine_flags ${ARG_LINKS})
endfunction()

# peregrine_test(NAME SOURCES ... LINKS ...): a GoogleTest program, registered with CTest.
function(peregrine_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE peregrine_flags ${ARG_LINKS} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
endfunction()

# peregrine_embed(LAYER FUNCTION FOLDER dir FILES ...): the files' texts, in this order, are what
# the function gives; the layer's page_files.h declares it.
function(peregrine_embed target function)
  cmake_parse_arguments(ARG "" "FOLDER" "FILES" ${ARGN})
  list(TRANSFORM ARG_FILES PREPEND "${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/")
  set(source "${CMAKE_BINARY_DIR}/embedded/${target}_${function}.cc")
  set(script "${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake")
  add_custom_command(OUTPUT "${source}" DEPENDS ${ARG_FILES} "${script}" VERBATIM
    COMMAND "${CMAKE_COMMAND}" -D "OUT=${source}" -D "FUNCTION=${function}"
      -D "LAYER=${target}" -P "${script}" -- ${ARG_FILES})
  target_sources(${target} PRIVATE "${source}")
endfunction()

# Sources of a folder and its sub-folders, tests (*_test.cc) apart.
function(peregrine_sources sources_out tests_out folder)
  file(GLOB_RECURSE all CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cc")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER all EXCLUDE REGEX "_test\\.cc$")
  set(${sources_out} ${all} PARENT_SCOPE)
  set(${tests_out} ${tests} PARENT_SCOPE)
endfunction()

# Compiles each header of src/ by itself: `cmake --build … --target header_checks`. One that its own
# source includes before anything else is compiled alone there.
function(peregrine_header_checks)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/src"
       "${CMAKE_SOURCE_DIR}/src/*.h")
  set(sources)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "h$" "cc" own "${CMAKE_SOURCE_DIR}/src/${header}")
    if(EXISTS "${own}")
      file(STRINGS "${own}" first REGEX "^#include" LIMIT_COUNT 1)
      if(first STREQUAL "#include \"${header}\"")
        continue()
      endif()
    endif()
    set(source "${CMAKE_BINARY_DIR}/header_checks/${header}.cc")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"  // IWYU pragma: keep\n")
    list(APPEND sources "${source}")
  endforeach()
  add_library(header_checks OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(header_checks PRIVATE peregrine_flags trial report CLI11::CLI11)
endfunction()
