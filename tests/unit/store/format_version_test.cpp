#include "format_version.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include "database.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FormatVersionTest : public StoreTest {
 protected:
  void write_version(const std::string& version) {
    close();
    const auto database = Database::open(path(), Database::Access::read_write);
    Batch batch(**database);
    batch.put(Family::meta, "format", version);
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }

  std::string message_of_opening() {
    const auto opened = Store::open(settings());
    EXPECT_FALSE(opened);
    if (opened) return "";
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    return opened.error().message;
  }
};

TEST_F(FormatVersionTest, RefusesANewerStore) {
  write_version("4");

  EXPECT_EQ(message_of_opening(), "opening store '" + path() +
                                      "': it has format 4, written by a newer release; this one "
                                      "reads up to format 3: update bellwether");
  EXPECT_FALSE(Store::open_read_only(path()));
  EXPECT_THAT(restore_store(path(), path_for("restored")).error().message,
              HasSubstr("written by a newer release"));
}

TEST_F(FormatVersionTest, RefusesANewerStoreThatHasMoreFamilies) {
  write_version("4");
  {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, path(), families, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database(opened);
    rocksdb::ColumnFamilyHandle* tiles = nullptr;
    ASSERT_TRUE(database->CreateColumnFamily({}, "tiles", &tiles).ok());
    handles.push_back(tiles);
    for (auto* handle : handles) database->DestroyColumnFamilyHandle(handle);
  }

  EXPECT_THAT(message_of_opening(), HasSubstr("written by a newer release"));
}

TEST_F(FormatVersionTest, RefusesWhatIsNoVersion) {
  write_version("two");
  EXPECT_THAT(message_of_opening(), HasSubstr("the format version in it does not read"));
}

TEST_F(FormatVersionTest, RefusesACatalogWhoseRevisionDoesNotRead) {
  close();
  {
    const auto database = Database::open(path(), Database::Access::read_write);
    Batch batch(**database);
    batch.put(Family::meta, "catalog_revision", "\xff");
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }
  EXPECT_THAT(message_of_opening(), HasSubstr("the catalog's revision does not decode"));
}

TEST_F(FormatVersionTest, RefusesADatabaseThatIsNotOurs) {
  close();
  {
    const auto database = Database::open(path(), Database::Access::read_write);
    Batch batch(**database);
    batch.erase(Family::meta, "format");
    batch.put(Family::groups, "x", "y");
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }
  EXPECT_THAT(message_of_opening(), HasSubstr("it is no Bellwether store"));
}

TEST_F(FormatVersionTest, MigratesAnOlderStoreStepByStep) {
  close();
  const auto database = Database::open(path(), Database::Access::read_write);
  std::vector<int> steps;
  const Migrations migrations{{3,
                               [&](Database&) {
                                 steps.push_back(1);
                                 return ok();
                               }},
                              {4, [&](Database&) {
                                 steps.push_back(2);
                                 return ok();
                               }}};

  ASSERT_TRUE(check_format_version(**database, 5, migrations));
  ASSERT_TRUE(check_format_version(**database, 5, migrations));

  EXPECT_THAT(steps, ElementsAre(1, 2));
  EXPECT_EQ(**(*database)->get(Family::meta, "format"), "5");
}

TEST_F(FormatVersionTest, StopsWhereNoStepLeadsOn) {
  close();
  const auto database = Database::open(path(), Database::Access::read_write);

  const auto checked = check_format_version(**database, 4, {});

  EXPECT_EQ(checked.error().message,
            "it has format 3, which this release cannot bring up to date; use an older one first");
  EXPECT_EQ(**(*database)->get(Family::meta, "format"), "3");
}

TEST_F(FormatVersionTest, MigratesNothingWhenReadOnly) {
  const auto beside = Database::open(path(), Database::Access::read_only);
  EXPECT_THAT(check_format_version(**beside, 4, {}).error().message,
              HasSubstr("start the server once"));
}

}  // namespace
}  // namespace bellwether::store
