// Wrong on purpose: check_includes.cmake must say so.
#include "bellwether/alert/alert.hpp"

#include <rocksdb/db.h>

#include "bellwether/pipeline/pipeline.hpp"
