# cmake -D OUT=FILE -D FUNCTION=name -D LAYER=report -P EmbedFiles.cmake -- FILES…: writes a source
# in which the layer's function gives the files' texts, one literal each: longer ones a compiler
# need not take.
set(literals)
set(past_dashes FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  set(word "${CMAKE_ARGV${i}}")
  if(past_dashes)
    file(READ "${word}" text)
    string(LENGTH "${text}" length)
    if(length GREATER 60000)
      message(FATAL_ERROR "${word} has ${length} characters; split it (at most 60000)")
    endif()
    string(APPEND literals "      R\"embedded(${text})embedded\",\n")
  elseif(word STREQUAL "--")
    set(past_dashes TRUE)
  endif()
endforeach()
file(WRITE "${OUT}" "#include \"${LAYER}/page_files.h\"

namespace peregrine::${LAYER} {

std::span<const std::string_view> ${FUNCTION}() {
  static constexpr std::string_view kFiles[] = {
${literals}  };
  return kFiles;
}

}  // namespace peregrine::${LAYER}
")
