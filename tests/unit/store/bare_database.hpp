#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "family.hpp"

namespace bellwether::store {

/// A store's RocksDB, opened past the store.
struct BareDatabase {
  explicit BareDatabase(const std::string& path, rocksdb::WalFilter* filter = nullptr) {
    rocksdb::DBOptions options;
    options.wal_filter = filter;
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors{
        {rocksdb::kDefaultColumnFamilyName, {}}};
    for (const Family family : all_families)
      descriptors.emplace_back(std::string(to_string(family)), rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(options, path, descriptors, &handles, &opened);
    EXPECT_TRUE(status.ok()) << status.ToString();
    db.reset(opened);
  }
  ~BareDatabase() {
    for (auto* handle : handles) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
  }
  BareDatabase(const BareDatabase&) = delete;
  BareDatabase& operator=(const BareDatabase&) = delete;

  rocksdb::ColumnFamilyHandle* of(Family family) const {
    return handles[static_cast<std::size_t>(family) + 1];
  }

  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
};

}  // namespace bellwether::store
