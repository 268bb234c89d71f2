#pragma once

#include <memory>
#include <utility>

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
        inbox(*database, settings.inbox_bytes) {
    // A commit that was thought to have failed may have left deliveries that nobody heard of.
    database->when_reopened([this] {
      if (auto pending = outbox.pending())
        database->pending_deliveries().replace(std::move(*pending));
    });
  }
  ~Parts() { database->stop_looking(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::unique_ptr<Database> database;
  Catalog catalog;
  IntervalLog intervals;
  GroupArchive groups;
  Outbox outbox;
  Inbox inbox;
};

}  // namespace bellwether::store
