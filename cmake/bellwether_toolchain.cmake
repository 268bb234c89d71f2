# How every target is compiled and linked: language, optimisation, sanitizers, cache and linker.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The launcher carries its settings, so that a cache hit does not depend on the caller's shell.
# With precompiled headers ccache must not trust their time stamps, hence the sloppiness; without a
# hashed directory and with paths relative to the checkout all build trees and clones share their objects.
find_program(BELLWETHER_CCACHE ccache)
if(BELLWETHER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_NOHASHDIR=1
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    ${BELLWETHER_CCACHE})
endif()

# The linker decides how long the edit-build-test round takes; the default one is only the last resort.
find_program(BELLWETHER_LINKER NAMES mold ld.lld)
if(BELLWETHER_LINKER MATCHES "mold$")
  add_link_options(-fuse-ld=mold)
elseif(BELLWETHER_LINKER)
  add_link_options(-fuse-ld=lld)
endif()

# What Debian builds its packages with, and the standard library's cheap checks: an overrun that gets
# past the tests ends the process instead of being used. tests/e2e/hardening_test.py looks for it in
# the binary; docs/benchmarks.md says what it costs. The linker's default differs between systems, so
# everything is said.
add_compile_options(-fPIE -fstack-protector-strong -fstack-clash-protection
  -Wformat -Werror=format-security)
add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|i[3-6]86)$")
  add_compile_options(-fcf-protection)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  add_compile_options(-mbranch-protection=standard)
endif()
# The checked functions of the C library exist in optimised code alone, and sanitizers check the same
# calls better.
if(NOT BELLWETHER_SANITIZE)
  add_compile_options(
    $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE>
    $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-D_FORTIFY_SOURCE=2>)
endif()

# Results must not depend on whether the compiler found a fused multiply-add.
add_compile_options(-fno-omit-frame-pointer -ffp-contract=off)
if(BELLWETHER_NATIVE)
  add_compile_options(-march=native)
endif()
if(BELLWETHER_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "BELLWETHER_FUZZ needs clang: use the preset 'fuzz'")
endif()
if(BELLWETHER_SANITIZE)
  add_compile_options(-fsanitize=${BELLWETHER_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BELLWETHER_SANITIZE} -fno-sanitize-recover=all)
  if(BELLWETHER_SANITIZE MATCHES "thread")
    # ThreadSanitizer does not know fences; without them Asio leans on its mutexes alone.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

set(BELLWETHER_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overruns that are not there in inlined std::string code, more so when optimising.
  list(APPEND BELLWETHER_WARNINGS
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  if(BELLWETHER_SANITIZE)
    list(APPEND BELLWETHER_WARNINGS -Wno-maybe-uninitialized)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Clang is here for the fuzzers; g++ decides what is a warning worth stopping for.
  list(REMOVE_ITEM BELLWETHER_WARNINGS -Werror -Wconversion)
  # libstdc++ calls what it has itself marked deprecated.
  list(APPEND BELLWETHER_WARNINGS -Wno-deprecated-declarations)
endif()

set(BELLWETHER_STANDARD_HEADERS
  <algorithm> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <utility> <variant> <vector>)
