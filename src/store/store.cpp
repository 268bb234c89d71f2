#include "bellwether/store/store.hpp"

#include <utility>

#include "bellwether/base/log.hpp"

#include "backup.hpp"
#include "catalog_codec.hpp"
#include "delivery_records.hpp"
#include "inbox_records.hpp"
#include "store_parts.hpp"
#include "verifier.hpp"

namespace bellwether::store {
namespace {

Result<std::unique_ptr<Database>> open_database(const std::string& path, Database::Access access) {
  auto database = Database::open(path, access);
  if (!database) return database.error();
  const std::string activity = "opening store '" + path + "'";
  for (const std::string& damage : (*database)->damages()) log_error("store", damage);
  if (auto loaded = load_ledger(**database); !loaded) return while_doing(activity, loaded.error());
  if (auto loaded = load_inbox(**database); !loaded) return while_doing(activity, loaded.error());
  if (auto read = read_catalog_revision(**database); !read)
    return while_doing(activity, read.error());
  return database;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const StoreSettings& settings) {
  auto database = open_database(settings.path, Database::Access::read_write);
  if (!database) return database.error();
  return std::unique_ptr<Store>(new Store(std::make_unique<Parts>(std::move(*database), settings)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::string& path) {
  auto database = open_database(path, Database::Access::read_only);
  if (!database) return database.error();
  return std::unique_ptr<Store>(
      new Store(std::make_unique<Parts>(std::move(*database), StoreSettings{.path = path})));
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

Catalog& Store::catalog() { return parts_->catalog; }
IntervalLog& Store::intervals() { return parts_->intervals; }
GroupArchive& Store::groups() { return parts_->groups; }
Outbox& Store::outbox() { return parts_->outbox; }
Inbox& Store::inbox() { return parts_->inbox; }

void Store::follow(OnCondition on_condition) { parts_->database->follow(std::move(on_condition)); }

Result<VerifyReport> Store::verify(const std::function<void(double)>& progress) const {
  return Verifier(*parts_->database, progress).run();
}

Result<void> Store::sync() { return parts_->database->sync(); }

Result<void> Store::backup(const std::string& directory) const {
  return backup_database(*parts_->database, directory);
}

}  // namespace bellwether::store
