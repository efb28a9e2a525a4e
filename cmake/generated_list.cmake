# A list of things that are one file each: every NAME.cpp directly in FOLDER (but tests) must define a function NAME()
# that gives the thing. The generated file declares them all and collects them, so that nothing is listed by hand and
# nothing is lost to the linker, as self-registration from a static library would be.
#   generated_list(OUT_VAR NAMESPACE TYPE HEADER FOLDER)   TYPE "const Cause", which HEADER defines; the C++ function is
#   NAMESPACE::generated_list()
function(generated_list out_var namespace type header folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER files EXCLUDE REGEX "_test\\.cpp$")
  string(REGEX REPLACE "^const " "" plain_type "${type}")
  set(declarations "")
  set(calls "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(APPEND declarations "${plain_type} ${name}();\n")
    string(APPEND calls "      ${name}(),\n")
  endforeach()
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${folder})  # an absolute one would spoil sharing the compiler cache
  set(path ${CMAKE_BINARY_DIR}/generated/${namespace}_list.cpp)
  file(CONFIGURE OUTPUT ${path} CONTENT "// Generated from the file names in @folder@.
#include \"@header@\"

namespace rdpdoctor::@namespace@ {
@declarations@
std::vector<@plain_type@> generated_list();
std::vector<@plain_type@> generated_list() {
  return {
@calls@  };
}
}  // namespace rdpdoctor::@namespace@
" @ONLY)
  set(${out_var} ${path} PARENT_SCOPE)
endfunction()
