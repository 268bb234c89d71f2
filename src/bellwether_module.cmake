# One folder = one module = one target = one namespace.

# Adds the modules of one floor, in order.
function(bellwether_floor floor)
  foreach(name IN LISTS ARGN)
    set_property(GLOBAL PROPERTY bellwether_floor_of_${name} ${floor})
    add_subdirectory(${name})
  endforeach()
endfunction()

# Stops when `name` needs a module that is not strictly below it. A module listed later does not
# exist yet, so a cycle cannot even be written down.
function(bellwether_check_floors name)
  get_property(own_floor GLOBAL PROPERTY bellwether_floor_of_${name})
  if(own_floor STREQUAL "")
    message(FATAL_ERROR "'${name}' stands on no floor of src/CMakeLists.txt")
  endif()
  foreach(need IN LISTS ARGN)
    get_property(its_floor GLOBAL PROPERTY bellwether_floor_of_${need})
    if(its_floor STREQUAL "" OR NOT its_floor LESS own_floor)
      message(FATAL_ERROR "'${name}' needs '${need}', which is not below it in src/CMakeLists.txt")
    endif()
  endforeach()
endfunction()

# bellwether_module(<name> [NEEDS <module>...] [USES <imported target>...])
#
# All sources of the folder, the public headers of include/bellwether/<name>, and a test that they
# include nothing but the modules in NEEDS. USES names third-party targets as
# cmake/bellwether_dependencies.cmake lists them.
function(bellwether_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "NEEDS;USES")
  bellwether_check_floors(${name} ${module_NEEDS})

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/bellwether/${name}/*.hpp)
  list(TRANSFORM module_NEEDS PREPEND bellwether_ OUTPUT_VARIABLE modules)

  add_library(bellwether_${name} STATIC ${sources})
  target_sources(bellwether_${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
  target_include_directories(bellwether_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(bellwether_${name} PUBLIC ${modules} ${module_USES})
  target_compile_features(bellwether_${name} PUBLIC cxx_std_20)
  target_compile_options(bellwether_${name} PRIVATE ${BELLWETHER_WARNINGS})
  set_target_properties(bellwether_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  bellwether_precompile(bellwether_${name})

  set_property(GLOBAL APPEND PROPERTY bellwether_modules ${name})
  add_test(NAME ${name}_includes_only_what_it_needs COMMAND ${CMAKE_COMMAND}
    -DROOT=${PROJECT_SOURCE_DIR} -DMODULE=${name} "-DNEEDS=${module_NEEDS}"
    -P ${PROJECT_SOURCE_DIR}/tests/architecture/check_includes.cmake)
  set_tests_properties(${name}_includes_only_what_it_needs PROPERTIES LABELS architecture)
endfunction()

# The standard headers nearly every file reads, precompiled once, with base, for all modules. No
# header of ours and none of a third party is among them. The debug build goes without, so that a
# missing include is still noticed.
function(bellwether_precompile target)
  if(NOT BELLWETHER_PRECOMPILE)
    return()
  endif()
  if(target STREQUAL "bellwether_base")
    target_precompile_headers(${target} PRIVATE ${BELLWETHER_STANDARD_HEADERS})
  else()
    target_precompile_headers(${target} REUSE_FROM bellwether_base)
  endif()
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()
