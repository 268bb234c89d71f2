#include "bellwether/store/group_archive.hpp"

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class GroupArchiveTest : public StoreTest {
 protected:
  GroupArchiveTest() {
    shop_.grow_to(1);
    cafe_.grow_to(1);
  }

  void commit(Committer& detector, std::vector<AnomalyGroup> groups) {
    detector.groups = std::move(groups);
    const auto done = detector.commit(store(), next_++);
    ASSERT_TRUE(done) << done.error().message;
  }

  std::vector<std::string> ids(const GroupQuery& query) {
    std::vector<std::string> all;
    const auto page = store().groups().find(query);
    EXPECT_TRUE(page) << page.error().message;
    for (const auto& group : page->groups) all.push_back(group.id);
    return all;
  }

  Committer shop_{"shop", {}};
  Committer cafe_{"cafe", {}};

 private:
  IntervalIndex next_ = 0;
};

TEST_F(GroupArchiveTest, KeepsAGroupAsItWas) {
  const AnomalyGroup group = a_group("g1", "shop", minute(3));
  commit(shop_, {group});
  reopen();

  const auto got = store().groups().get("g1");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got, group);
  EXPECT_EQ(store().groups().get("g2").error().message, "there is no anomaly group 'g2'");
}

TEST_F(GroupArchiveTest, ListsNewestStartFirstThenById) {
  commit(shop_, {a_group("b", "shop", minute(5)), a_group("a", "shop", minute(5))});
  commit(cafe_, {a_group("c", "cafe", minute(9)), a_group("d", "cafe", minute(-1))});

  EXPECT_THAT(ids({}), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(ids({.detector = "shop"}), ElementsAre("a", "b"));
  EXPECT_THAT(ids({.detector = "sho"}), IsEmpty());
}

TEST_F(GroupArchiveTest, MovesAGroupWhoseStartChanged) {
  AnomalyGroup group = a_group("g", "shop", minute(5));
  commit(shop_, {group, a_group("other", "shop", minute(4))});
  group.start = minute(3);
  group.status = GroupStatus::closed;
  commit(shop_, {group});

  EXPECT_THAT(ids({}), ElementsAre("other", "g"));
  EXPECT_THAT(ids({.detector = "shop"}), ElementsAre("other", "g"));
  EXPECT_EQ(store().groups().get("g")->status, GroupStatus::closed);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(GroupArchiveTest, Filters) {
  AnomalyGroup mild = a_group("mild", "shop", minute(10));
  mild.severity = 61;
  AnomalyGroup closed = a_group("closed", "shop", minute(20));
  closed.status = GroupStatus::closed;
  AnomalyGroup visits = a_group("visits", "shop", minute(30));
  visits.measures[0].measure = "visits";
  AnomalyGroup belgian = a_group("belgian", "shop", minute(40));
  belgian.series[0].key.dimensions = {{"country", "BE"}, {"device", "phone"}};
  commit(shop_, {mild, closed, visits, belgian});

  EXPECT_THAT(ids({.min_severity = 70}), ElementsAre("belgian", "visits", "closed"));
  EXPECT_THAT(ids({.status = GroupStatus::closed}), ElementsAre("closed"));
  EXPECT_THAT(ids({.measure = "visits"}), ElementsAre("visits"));
  EXPECT_THAT(ids({.dimensions = {{"country", "BE"}}}), ElementsAre("belgian"));
  EXPECT_THAT(ids({.dimensions = {{"country", "BE"}, {"device", "tv"}}}), IsEmpty());
  // Each lasts five minutes: `from` is about its end, `to` about its start.
  EXPECT_THAT(ids({.from = minute(25), .to = minute(40)}), ElementsAre("visits", "closed"));
  EXPECT_THAT(ids({.from = minute(26), .to = minute(41)}), ElementsAre("belgian", "visits"));
}

TEST_F(GroupArchiveTest, PagesThroughFilteredGroups) {
  std::vector<AnomalyGroup> groups;
  for (int i = 0; i < 25; ++i) {
    groups.push_back(a_group("g" + std::to_string(100 + i), "shop", minute(i / 3)));
    groups.back().severity = i % 2 == 0 ? 80 : 65;
  }
  commit(shop_, groups);

  GroupQuery query{.detector = "shop", .min_severity = 70, .limit = 5};
  std::vector<std::string> all;
  int pages = 0;
  do {
    const auto page = store().groups().find(query);
    ASSERT_TRUE(page);
    for (const auto& group : page->groups) all.push_back(group.id);
    query.cursor = page->next_cursor;
    ++pages;
  } while (!query.cursor.empty());

  EXPECT_EQ(pages, 3);
  query.limit = 100;
  EXPECT_EQ(all, ids(query));
  EXPECT_EQ(all.size(), 13U);
}

TEST_F(GroupArchiveTest, RefusesACursorThatIsNotOurs) {
  for (const char* cursor : {"x", "12", "12_", "_a", "12.a"})
    EXPECT_EQ(store().groups().find({.cursor = cursor}).error().code, ErrorCode::invalid_input)
        << cursor;
}

TEST_F(GroupArchiveTest, KeepsFeedbackInOrder) {
  commit(shop_, {a_group("g", "shop", minute(5))});
  const Feedback first{"g", {}, false, "planned sale", "ann", minute(1)};
  const Feedback second{"g", "series-1", true, "", "bob", minute(1)};
  const Feedback third{"g", {}, true, "no", "ann", minute(2)};
  for (const Feedback& feedback : {first, second, third})
    ASSERT_TRUE(store().groups().add_feedback(feedback));
  reopen();

  EXPECT_THAT(*store().groups().feedback("g"), ElementsAre(first, second, third));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(GroupArchiveTest, RefusesFeedbackOnWhatDoesNotExist) {
  EXPECT_EQ(store().groups().add_feedback({.anomaly_id = "g"}).error().code, ErrorCode::not_found);
  EXPECT_EQ(store().groups().feedback("g").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace bellwether::store
