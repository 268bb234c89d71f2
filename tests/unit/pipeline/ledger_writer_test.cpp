#include "ledger_writer.hpp"

#include <atomic>
#include <future>
#include <set>

#include <gmock/gmock.h>

namespace bellwether::pipeline {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

LaneChange delivered(const std::string& id) {
  store::DeliveryChange change;
  change.id = id;
  change.state = DeliveryState::delivered;
  return {"ops", change};
}

std::vector<std::string> ids_of(std::span<const store::DeliveryChange> changes) {
  std::vector<std::string> ids;
  for (const auto& change : changes) ids.push_back(change.id);
  return ids;
}

TEST(LedgerWriterTest, KeepsWhatAFullDiskDoesNotTake) {
  std::atomic<int> refusals = 3;
  std::vector<std::string> kept;
  std::promise<std::vector<LaneChange>> reported;
  LedgerWriter writer(
      [&](std::span<const store::DeliveryChange> changes) -> Result<void> {
        if (refusals-- > 0) return unavailable("the disk is full");
        kept = ids_of(changes);
        return ok();
      },
      [&](std::vector<LaneChange> changes) { reported.set_value(std::move(changes)); },
      milliseconds(1));
  writer.write({delivered("one"), delivered("two")});
  const auto changes = reported.get_future().get();
  EXPECT_EQ(changes.size(), 2U) << "not before they were written";
  EXPECT_THAT(kept, ElementsAre("one", "two"));
}

TEST(LedgerWriterTest, OneThatCanNeverBeWrittenTakesNoOtherWithIt) {
  std::set<std::string> kept;
  std::promise<std::vector<LaneChange>> reported;
  LedgerWriter writer(
      [&](std::span<const store::DeliveryChange> changes) -> Result<void> {
        for (const auto& change : changes)
          if (change.id == "broken") return corrupt("its slip does not decode");
        for (const auto& change : changes) kept.insert(change.id);
        return ok();
      },
      [&](std::vector<LaneChange> changes) { reported.set_value(std::move(changes)); });
  writer.write({delivered("one"), delivered("broken"), delivered("two")});
  EXPECT_EQ(reported.get_future().get().size(), 3U);
  EXPECT_THAT(kept, ElementsAre("one", "two"));
}

TEST(LedgerWriterTest, EndsWithoutWaitingForTheDisk) {
  std::promise<void> refused;
  std::atomic<bool> is_told = false;
  std::promise<std::vector<LaneChange>> reported;
  LedgerWriter writer(
      [&](std::span<const store::DeliveryChange>) -> Result<void> {
        if (!is_told.exchange(true)) refused.set_value();
        return unavailable("the disk is full");
      },
      [&](std::vector<LaneChange> changes) { reported.set_value(std::move(changes)); },
      std::chrono::hours(1));
  writer.write({delivered("one")});
  refused.get_future().wait();
  writer.end_retries();
  EXPECT_EQ(reported.get_future().get().size(), 1U);
}

}  // namespace
}  // namespace bellwether::pipeline
