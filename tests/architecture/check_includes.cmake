# Fails when a file of MODULE includes a module that is neither itself nor in NEEDS, or when one of
# its public headers lets a heavy third-party header out.
#
#   cmake -DROOT=... -DMODULE=alert -DNEEDS="base;domain" -P check_includes.cmake

cmake_minimum_required(VERSION 3.25)

set(heavy "boost/beast|simdjson|nlohmann|rocksdb|spdlog|curl|yaml-cpp|prometheus")

file(GLOB_RECURSE public_headers ${ROOT}/include/bellwether/${MODULE}/*.hpp)
file(GLOB_RECURSE private_files ${ROOT}/src/${MODULE}/*.hpp ${ROOT}/src/${MODULE}/*.cpp)

set(mistakes 0)
foreach(file IN LISTS public_headers private_files)
  cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${ROOT} OUTPUT_VARIABLE shown)
  file(STRINGS ${file} lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(line MATCHES "[\"<]bellwether/([a-z_]+)/")
      set(included ${CMAKE_MATCH_1})
      if(NOT included STREQUAL MODULE AND NOT included IN_LIST NEEDS)
        message(NOTICE "${shown}: '${MODULE}' may not include '${included}'")
        math(EXPR mistakes "${mistakes} + 1")
      endif()
    elseif(line MATCHES "include[ \t]*[\"<](${heavy})[/.]" AND file IN_LIST public_headers)
      message(NOTICE "${shown}: a public header may not include '${CMAKE_MATCH_1}'")
      math(EXPR mistakes "${mistakes} + 1")
    endif()
  endforeach()
endforeach()
if(mistakes)
  message(FATAL_ERROR "${mistakes} include(s) of '${MODULE}' leave their floor")
endif()
