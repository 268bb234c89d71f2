// Wrong on purpose: check_includes.cmake must say so.
#pragma once

#include <rocksdb/db.h>

#include "bellwether/base/result.hpp"
#include "bellwether/explain/group.hpp"
