#pragma once

#include <memory>
#include <string>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>

namespace bellwether::store {

/// How the database runs as a whole.
rocksdb::DBOptions database_options(bool is_read_only);

/// How one family is kept, by name. A family that is not ours (a newer release's) gets plain ones.
rocksdb::ColumnFamilyOptions family_options(const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache);

}  // namespace bellwether::store
