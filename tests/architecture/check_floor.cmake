# Asks the floor check for one arrow, MODULE needs NEED, with the floors of src/CMakeLists.txt.
#
#   cmake -DROOT=... -DMODULE=alert -DNEED=explain -P check_floor.cmake

cmake_minimum_required(VERSION 3.25)
include(${ROOT}/src/bellwether_module.cmake)

file(STRINGS ${ROOT}/src/CMakeLists.txt floors REGEX "^bellwether_floor\\(")
foreach(line IN LISTS floors)
  string(REGEX REPLACE "^bellwether_floor\\((.*)\\)$" "\\1" words "${line}")
  separate_arguments(words)
  list(POP_FRONT words floor)
  foreach(name IN LISTS words)
    set_property(GLOBAL PROPERTY bellwether_floor_of_${name} ${floor})
  endforeach()
endforeach()

bellwether_check_floors(${MODULE} ${NEED})
