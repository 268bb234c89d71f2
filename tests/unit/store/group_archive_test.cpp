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

  /// On group "g", in its first minute unless told.
  Feedback say(Feedback feedback) {
    feedback.anomaly_id = "g";
    if (feedback.created_at == TimePoint()) feedback.created_at = minute(1);
    const auto kept = store().groups().add_feedback(feedback);
    EXPECT_TRUE(kept);
    feedback.id = kept->id;
    EXPECT_EQ(*kept, feedback);
    return feedback;
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
  const Feedback first = say({.is_anomaly = false, .comment = "planned sale", .author = "ann"});
  const Feedback second = say({.series_id = "series-1", .scope = FeedbackScope::descendants});
  const Feedback third = say({.created_at = minute(2), .expires_at = minute(90)});
  reopen();

  EXPECT_THAT(*store().groups().feedback("g"), ElementsAre(first, second, third));
  EXPECT_NE(first.id, second.id);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(GroupArchiveTest, LetsFeedbackWaitForTheNextIntervalOfItsDetector) {
  commit(shop_, {a_group("g", "shop", minute(5))});
  const Feedback first = say({.is_anomaly = false, .created_at = minute(2)});
  const Feedback second = say({.created_at = minute(1)});
  ASSERT_TRUE(store().groups().undo_feedback("g", first.id, "bob", minute(3)));
  reopen();

  const auto waiting = *store().groups().pending_feedback("shop");
  ASSERT_EQ(waiting.size(), 3U);
  EXPECT_EQ(waiting[0].feedback, second);
  EXPECT_EQ(waiting[1].feedback.id, first.id);
  EXPECT_FALSE(waiting[1].is_undoing);
  EXPECT_TRUE(waiting[2].is_undoing);
  EXPECT_THAT(*store().groups().pending_feedback("cafe"), IsEmpty());
  EXPECT_THAT(*store().groups().pending_feedback("sho"), IsEmpty());
}

TEST_F(GroupArchiveTest, KeepsWhatFeedbackDoesWithTheIntervalItBegins) {
  commit(shop_, {a_group("g", "shop", minute(5))});
  const Feedback said = say({.is_anomaly = false});
  const FeedbackEffect effect{.from = minute(7), .to = minute(99), .series = 3};
  const Lesson lesson{.feedback = 77, .from = 1, .until = 99, .targets = {{0, 5, -3, 0}, {2, 9}}};
  shop_.feedback = {{store().groups().pending_feedback("shop")->front(), lesson, effect}};
  commit(shop_, {});
  reopen();

  EXPECT_THAT(*store().groups().pending_feedback("shop"), IsEmpty());
  EXPECT_EQ(store().groups().feedback("g")->front().effect, effect);
  EXPECT_THAT(*store().intervals().read_lessons("shop", 0), ElementsAre(lesson));
  EXPECT_THAT(*store().intervals().read_lessons("shop", 2), IsEmpty());
  EXPECT_THAT(damages(), IsEmpty());
  ASSERT_TRUE(store().intervals().drop_before("shop", 2));
  EXPECT_THAT(*store().intervals().read_lessons("shop", 0), IsEmpty());
}

TEST_F(GroupArchiveTest, TakesFeedbackBackOnceAndKeepsItInView) {
  commit(shop_, {a_group("g", "shop", minute(5))});
  const Feedback said = say({.comment = "hm"});
  const auto undone = store().groups().undo_feedback("g", said.id, "bob", minute(3));
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(undone->undone_at, minute(3));
  EXPECT_EQ(undone->undone_by, "bob");
  EXPECT_EQ(undone->comment, "hm");

  const auto again = store().groups().undo_feedback("g", said.id, "eve", minute(4));
  EXPECT_EQ(*again, *undone);
  EXPECT_THAT(*store().groups().feedback("g"), ElementsAre(*undone));
  EXPECT_EQ(store().groups().undo_feedback("g", "f", "bob", minute(3)).error().message,
            "there is no feedback 'f' on anomaly 'g'");
}

TEST_F(GroupArchiveTest, ForgetsFeedbackWithItsDetector) {
  commit(shop_, {a_group("g", "shop", minute(5))});
  say({});
  shop_.feedback = {{store().groups().pending_feedback("shop")->front(), {.from = 1}, {}}};
  commit(shop_, {});
  say({});
  ASSERT_TRUE(store().intervals().drop_detector("shop"));
  EXPECT_THAT(*store().groups().pending_feedback("shop"), IsEmpty());
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(GroupArchiveTest, RefusesFeedbackOnWhatDoesNotExist) {
  EXPECT_EQ(store().groups().add_feedback({.anomaly_id = "g"}).error().code, ErrorCode::not_found);
  EXPECT_EQ(store().groups().feedback("g").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace bellwether::store
