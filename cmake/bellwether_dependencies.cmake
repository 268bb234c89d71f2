# Every third-party library, found once. A module names what it uses by these targets:
#
#   Boost::headers      Asio, Beast, System (header-only)    spdlog::spdlog  fmt::fmt
#   RocksDB::rocksdb-shared                                  prometheus-cpp::core
#   simdjson::simdjson                                       date::date-tz
#   nlohmann_json::nlohmann_json                             ZLIB::ZLIB      zstd::libzstd_shared
#   yaml-cpp                                                 CURL::libcurl   OpenSSL::Crypto
#   RdKafka::rdkafka
#   CLI11::CLI11                                             Eigen3::Eigen   Threads::Threads
#   protozero::protozero     (header-only)                   Snappy::snappy   PkgConfig::libpq
#   pugixml::pugixml

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(RocksDB REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(date REQUIRED)
find_package(ZLIB REQUIRED)
find_package(pugixml REQUIRED)
find_package(zstd REQUIRED)
find_library(RDKAFKA_LIBRARY rdkafka REQUIRED)
find_path(RDKAFKA_INCLUDE_DIR librdkafka/rdkafka.h REQUIRED)
add_library(RdKafka::rdkafka UNKNOWN IMPORTED)
set_target_properties(RdKafka::rdkafka PROPERTIES IMPORTED_LOCATION ${RDKAFKA_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${RDKAFKA_INCLUDE_DIR})
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(Snappy CONFIG REQUIRED)
if(NOT TARGET protozero::protozero)  # Debian's package brings headers alone.
  find_path(PROTOZERO_INCLUDES protozero/pbf_reader.hpp REQUIRED)
  add_library(protozero::protozero INTERFACE IMPORTED)
  set_target_properties(protozero::protozero PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${PROTOZERO_INCLUDES})
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq>=13)
# Tests need what `scripts/setup --build` does not install; without it all but the tests is built.
# Debian ships GoogleMock apart, and GoogleTest's own package file stops with an error without it.
if(BELLWETHER_TESTS)
  find_path(GMOCK_INCLUDE_DIR gmock/gmock.h)
  find_library(GMOCK_LIBRARY gmock)
  if(GMOCK_INCLUDE_DIR AND GMOCK_LIBRARY)
    find_package(GTest QUIET)
  endif()
  find_program(BELLWETHER_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  if(NOT GTest_FOUND OR NOT BELLWETHER_PYTHON)
    message(STATUS "Tests are left out: they need GoogleTest, GoogleMock and python3 (scripts/setup)")
    set(BELLWETHER_TESTS OFF)
  endif()
endif()
if(BELLWETHER_BENCH)
  find_package(benchmark REQUIRED)
endif()
