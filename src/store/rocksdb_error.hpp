#pragma once

#include <string_view>

#include <rocksdb/status.h>

#include "bellwether/base/result.hpp"

namespace bellwether::store {

/// What RocksDB says, in our words. The one place where its codes become ours.
Error to_error(const rocksdb::Status& status);

/// The same for opening `path`, where the likely failure is that somebody else holds it.
Error to_open_error(const rocksdb::Status& status, std::string_view path);

}  // namespace bellwether::store
