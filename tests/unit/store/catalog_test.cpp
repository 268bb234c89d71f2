#include "bellwether/store/catalog.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "bellwether/store/page_bound.hpp"

#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class CatalogTest : public StoreTest {
 protected:
  Catalog& catalog() { return store().catalog(); }

  std::vector<std::string> names(CatalogKind kind) {
    std::vector<std::string> all;
    const auto entries = catalog().list(kind);
    for (const auto& entry : *entries) all.push_back(entry.name);
    return all;
  }
};

TEST_F(CatalogTest, RemembersWhoChangedWhat) {
  const Author sam{"sam", TimePoint(std::chrono::hours(1))};
  const Author kim{"kim", TimePoint(std::chrono::hours(2))};
  ASSERT_TRUE(catalog().put(CatalogKind::alert, "a", "1", false, 0, sam));
  ASSERT_TRUE(catalog().put(CatalogKind::alert, "a", "2", false, {}, kim));
  ASSERT_TRUE(catalog().put(CatalogKind::alert, "b", "{}", false));  // Nobody to remember.
  ASSERT_TRUE(catalog().apply({{CatalogKind::alert, "a", std::nullopt, false},
                               {CatalogKind::sink, "s", "{}", true},
                               {CatalogKind::sink, "none", std::nullopt, true}},
                              sam));
  reopen();
  const auto page = catalog().audit({});
  ASSERT_TRUE(page);
  EXPECT_THAT(page->entries, ElementsAre(AuditEntry{4, sam, "alert", "a", "2", std::nullopt},
                                         AuditEntry{4, sam, "sink", "s", std::nullopt, "{}"},
                                         AuditEntry{2, kim, "alert", "a", "1", "2"},
                                         AuditEntry{1, sam, "alert", "a", std::nullopt, "1"}));
  EXPECT_THAT(damages(), IsEmpty());

  ASSERT_TRUE(catalog().drop_audit_before(kim.time));
  EXPECT_EQ(catalog().audit({})->entries.size(), 3U);  // It stops at the first one to keep.
  EXPECT_TRUE(catalog().audit({.cursor = "zz"}).has_error());
}

TEST_F(CatalogTest, KeepsEntriesOverARestart) {
  const auto put = catalog().put(CatalogKind::detector, "shop", R"({"name":"shop"})", true);
  ASSERT_TRUE(put);
  reopen();

  const auto got = catalog().get(CatalogKind::detector, "shop");
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, (CatalogEntry{"shop", R"({"name":"shop"})", 1, true}));
  EXPECT_EQ(catalog().revision(), 1U);
  EXPECT_EQ(catalog().get(CatalogKind::alert, "shop").error().message, "there is no alert 'shop'");
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(CatalogTest, ListsAKindByName) {
  for (const char* name : {"b", "a", "c"})
    ASSERT_TRUE(catalog().put(CatalogKind::alert, name, "{}", false));
  ASSERT_TRUE(catalog().put(CatalogKind::silence, "aa", "{}", false));

  EXPECT_THAT(names(CatalogKind::alert), ElementsAre("a", "b", "c"));
}

TEST_F(CatalogTest, RefusesAnotherRevisionThanExpected) {
  ASSERT_TRUE(catalog().put(CatalogKind::alert, "a", "1", false, 0));
  EXPECT_EQ(catalog().put(CatalogKind::alert, "a", "2", false, 0).error().code,
            ErrorCode::already_exists);
  ASSERT_TRUE(catalog().put(CatalogKind::alert, "a", "2", false, 1));
  EXPECT_EQ(catalog().put(CatalogKind::alert, "a", "3", false, 1).error().code,
            ErrorCode::already_exists);
  EXPECT_EQ(catalog().get(CatalogKind::alert, "a")->document, "2");
}

TEST_F(CatalogTest, RaisesTheRevisionWithEveryChangeButOfStatus) {
  ASSERT_TRUE(catalog().put(CatalogKind::alert, "a", "1", false));
  ASSERT_TRUE(catalog().put(CatalogKind::status, "shop", "1", false));
  ASSERT_TRUE(catalog().put(CatalogKind::status, "shop", "2", false));
  EXPECT_EQ(catalog().revision(), 1U);
  EXPECT_EQ(catalog().get(CatalogKind::status, "shop")->revision, 2U);

  ASSERT_TRUE(catalog().erase(CatalogKind::alert, "a"));
  EXPECT_EQ(catalog().revision(), 2U);
  EXPECT_EQ(catalog().erase(CatalogKind::alert, "a").error().code, ErrorCode::not_found);
}

TEST_F(CatalogTest, AppliesAReloadAsOneChange) {
  ASSERT_TRUE(catalog().put(CatalogKind::detector, "old", "{}", true));
  ASSERT_TRUE(catalog().put(CatalogKind::detector, "same", "{}", true));

  ASSERT_TRUE(catalog().apply({{CatalogKind::detector, "old", {}, true},
                               {CatalogKind::detector, "same", "{}", true},
                               {CatalogKind::detector, "new", "{}", true},
                               {CatalogKind::sink, "ops", "{}", true}}));

  EXPECT_THAT(names(CatalogKind::detector), ElementsAre("new", "same"));
  EXPECT_EQ(catalog().revision(), 3U);
  EXPECT_EQ(catalog().get(CatalogKind::detector, "same")->revision, 2U);
  EXPECT_EQ(catalog().get(CatalogKind::sink, "ops")->revision, 3U);

  ASSERT_TRUE(catalog().apply({{CatalogKind::detector, "same", "{}", true}}));
  EXPECT_EQ(catalog().revision(), 3U);
}

TEST_F(CatalogTest, WakesWhoWaitsForAChange) {
  EXPECT_EQ(catalog().wait_for_change(0, milliseconds(0)), 0U);
  std::thread writer([&] { EXPECT_TRUE(catalog().put(CatalogKind::alert, "a", "1", false)); });

  EXPECT_EQ(catalog().wait_for_change(0, std::chrono::minutes(1)), 1U);
  writer.join();
  EXPECT_EQ(catalog().wait_for_change(0, std::chrono::minutes(1)), 1U);
}

TEST_F(CatalogTest, BoundsAPageOfChangesByItsBytes) {
  const Author kim{"kim", TimePoint(std::chrono::hours(1))};
  const std::string large(PageBound::max_bytes / 3, 'x');
  for (int i = 0; i < 7; ++i)
    ASSERT_TRUE(catalog().put(CatalogKind::alert, "a" + std::to_string(i), large, false, {}, kim));

  std::size_t pages = 0;
  std::size_t entries = 0;
  AuditQuery query{.limit = 1000};
  do {
    const auto page = catalog().audit(query);
    ASSERT_TRUE(page);
    EXPECT_LE(page->entries.size(), 3U);
    entries += page->entries.size();
    query.cursor = page->next_cursor;
    ++pages;
  } while (!query.cursor.empty());
  EXPECT_EQ(entries, 7U);
  EXPECT_EQ(pages, 4U);
}

}  // namespace
}  // namespace bellwether::store
