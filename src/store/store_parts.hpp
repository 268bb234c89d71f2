#pragma once

#include <memory>

#include "bellwether/store/store.hpp"

#include "database.hpp"

namespace bellwether::store {

/// What a store is made of; the database goes last.
struct Store::Parts {
  Parts(std::unique_ptr<Database> opened, const StoreSettings& settings)
      : database(std::move(opened)),
        catalog(*database),
        intervals(*database),
        groups(*database),
        outbox(*database),
        inbox(*database, settings.inbox_bytes) {}

  std::unique_ptr<Database> database;
  Catalog catalog;
  IntervalLog intervals;
  GroupArchive groups;
  Outbox outbox;
  Inbox inbox;
};

}  // namespace bellwether::store
