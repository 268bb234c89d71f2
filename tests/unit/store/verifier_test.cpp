#include "verifier.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "delivery_records.hpp"
#include "detector_keys.hpp"
#include "format_version.hpp"
#include "group_records.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"
#include "state_records.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A store with something of everything, and a way to damage it.
class VerifierTest : public StoreTest {
 protected:
  VerifierTest() {
    Committer shop("shop", {"country"});
    shop.measures = 2;
    for (IntervalIndex i = 1; i <= 5; ++i) {
      shop.grow_to(60 + static_cast<std::size_t>(i) * 10);
      shop.groups = {a_group("group", "shop", minute(1))};
      shop.notifications = {a_notification("delivery", shop.groups[0])};
      shop.checkpoints = {{0, i, "state"}};
      EXPECT_TRUE(shop.commit(store(), i));
    }
    EXPECT_TRUE(store().groups().add_feedback({.anomaly_id = "group"}));
    RowBatch rows;
    rows.timestamps = {minute(1), minute(2)};
    for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(store().inbox().append("shop", rows, "key" + std::to_string(i), "", minute(1)));
    EXPECT_TRUE(store().catalog().put(CatalogKind::alert, "a", "{}", false));
    EXPECT_TRUE(store().catalog().put(CatalogKind::status, "shop", "{}", false));
    // A word, as an activation or a deactivation leaves it.
    EXPECT_TRUE(store().catalog().put(CatalogKind::desired_state, "shop", "inactive", false));
    for (int i = 0; i < 9; ++i)
      EXPECT_TRUE(store().catalog().put(CatalogKind::start, "shop", "{}", false));
  }

  /// Changes records behind the store's back, and gives what is found then.
  std::vector<std::string> damages_after(const std::function<void(Batch&)>& change) {
    close();
    {
      const auto database = Database::open(path(), Database::Access::read_write);
      Batch batch(**database);
      change(batch);
      EXPECT_TRUE((*database)->write(batch, Durability::synced));
    }
    reopen();
    return damages();
  }

  /// Makes all that is stored lie in table files, and gives their paths.
  std::vector<std::filesystem::path> files(const std::string& extension) {
    std::vector<std::filesystem::path> found;
    for (const auto& file : std::filesystem::directory_iterator(path()))
      if (file.path().extension() == extension) found.push_back(file.path());
    return found;
  }

  void flush() {
    close();
    const auto database = Database::open(path(), Database::Access::read_write);
    EXPECT_TRUE((*database)->flush());
  }

  static void flip_byte(const std::filesystem::path& file, double share) {
    const auto place =
        static_cast<std::streamoff>(static_cast<double>(std::filesystem::file_size(file)) * share);
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(place);
    const int byte = stream.get();
    stream.seekp(place);
    stream.put(static_cast<char>(byte ^ 0x40));
  }
};

TEST_F(VerifierTest, FindsNothingInASoundStore) {
  EXPECT_THAT(damages(), IsEmpty());
  flush();
  reopen();
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(VerifierTest, FindsAMissingSlab) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.erase(Family::frames, slab_key("shop", value_letter, 3, 1, 0));
              }),
              ElementsAre("detector 'shop', interval 3: the frame has 1 of its 2 slabs of values"));
  const auto read =
      store().intervals().read_frames("shop", 0, 10, [](const Frame&) { return ok(); });
  EXPECT_EQ(read.error().code, ErrorCode::corrupt);
  EXPECT_EQ(read.error().message, "detector 'shop', interval 3: the frame lacks slabs");
}

TEST_F(VerifierTest, FindsAMissingFrame) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.erase(Family::frames, heading_key("shop", 3));
                for (const char letter : {score_letter, value_letter})
                  for (std::size_t measure = 0; measure < 2; ++measure)
                    batch.erase(Family::frames, slab_key("shop", letter, 3, measure, 0));
              }),
              ElementsAre("detector 'shop', interval 3: the frame is missing",
                          "detector 'shop': 4 frames where 5 were committed"));
}

TEST_F(VerifierTest, FindsASlabThatDoesNotDecode) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.put(Family::frames, slab_key("shop", value_letter, 2, 0, 0), "\1garbage");
              }),
              Contains(HasSubstr("interval 2: measure 0, slab 0: a frame's slab")));
  const auto points = store().intervals().read_points("shop", 0, 0, 0, 10);
  ASSERT_FALSE(points);
  EXPECT_EQ(points.error().code, ErrorCode::corrupt);
  EXPECT_THAT(points.error().message, HasSubstr("detector 'shop', interval 2"));
}

TEST_F(VerifierTest, FindsAGapInTheDictionary) {
  EXPECT_THAT(
      damages_after([](Batch& batch) { batch.erase(Family::dictionary, interval_key("shop", 3)); }),
      ElementsAre("detector 'shop', interval 4: a growth of the dictionary does not "
                  "follow on the one before"));
  Dictionary dictionary({"country"});
  EXPECT_EQ(store().intervals().load_dictionary("shop", dictionary).error().code,
            ErrorCode::corrupt);
}

TEST_F(VerifierTest, FindsADictionaryThatEndsEarly) {
  EXPECT_THAT(
      damages_after([](Batch& batch) { batch.erase(Family::dictionary, interval_key("shop", 5)); }),
      ElementsAre("detector 'shop': the dictionary holds 100 series where 110 were "
                  "committed"));
}

TEST_F(VerifierTest, FindsALostProgress) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.erase(Family::checkpoints, state_key("shop", progress_letter));
              }),
              Contains("detector 'shop': there are intervals of it, but not how far it came"));
}

TEST_F(VerifierTest, FindsACheckpointBeyondTheLastInterval) {
  EXPECT_THAT(
      damages_after([](Batch& batch) {
        batch.put(Family::checkpoints, block_key("shop", 7), encode_checkpoint({7, 6, "x"}));
      }),
      ElementsAre("detector 'shop': the checkpoint of block 7 stands at interval 6, "
                  "beyond the last one committed"));
}

TEST_F(VerifierTest, FindsGroupsAndListsThatDisagree) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.erase(Family::groups, group_list_key("shop", minute(1), "group"));
                batch.put(Family::groups, group_list_key({}, minute(9), "other"),
                          encode_group_summary(a_group("other", "shop", minute(9))));
              }),
              ElementsAre("group 'group': it is not in the list of detector 'shop'",
                          "group 'other': listed, but missing"));
}

TEST_F(VerifierTest, FindsAGroupThatDoesNotDecode) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                std::string record = encode_group(a_group("group", "shop", minute(1)));
                record.resize(record.size() - 5);
                batch.put(Family::groups, group_key("group"), record);
              }),
              ElementsAre(HasSubstr("group 'group': an anomaly group does not decode")));
  EXPECT_EQ(store().groups().get("group").error().code, ErrorCode::corrupt);
}

TEST_F(VerifierTest, FindsFeedbackThatIsMissing) {
  EXPECT_THAT(
      damages_after([](Batch& batch) {
        const std::string said = feedback_key("group", minute(1), 7);
        batch.put(Family::groups, effect_key_of(said), encode_effect({}));
        batch.put(Family::groups, pending_key("shop", minute(1), false, said), "");
        batch.put(Family::checkpoints, lessons_key("shop", 3), "?");
      }),
      ElementsAre("detector 'shop', interval 3: what feedback taught has an unknown version",
                  "feedback on group 'group': it has an effect, but is missing",
                  "detector 'shop': feedback waits for an interval, but is missing"));
}

TEST_F(VerifierTest, FindsALedgerAndAnOutboxThatDisagree) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.erase(Family::outbox, due_key(minute(1), "delivery"));
                batch.put(Family::outbox, due_key(minute(2), "ghost"), "");
              }),
              ElementsAre("delivery 'delivery': it is pending, but not in the outbox",
                          "delivery 'ghost': in the outbox, but not in the ledger"));
}

TEST_F(VerifierTest, FindsRowsNumberedTwice) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                // The rows of the first batch once more, behind the last one.
                batch.put(Family::inbox, cut_key("shop"), encode_cut({0, 3}));
              }),
              ElementsAre("inbox of detector 'shop', batch 0: its rows begin at 0, where 3 was "
                          "reached before"));
}

TEST_F(VerifierTest, FindsARevisionBeyondTheCatalogs) {
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.put(Family::meta, "catalog_revision", std::string(1, '\0'));
              }),
              ElementsAre(HasSubstr("catalog: alert 'a': its revision 1 is beyond"),
                          HasSubstr("catalog: desired state 'shop': its revision 2 is beyond")));
}

TEST_F(VerifierTest, ReportsBitRotAndReadsOn) {
  flush();
  for (const auto& file : files(".sst")) flip_byte(file, 0.1);

  const auto opened = Store::open_read_only(path());
  // Rot that hits what is needed to open is told at once; else it is found by reading.
  if (!opened) {
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt) << opened.error().message;
    return;
  }
  const auto report = (*opened)->verify({});
  ASSERT_TRUE(report);
  EXPECT_THAT(report->damages, Contains(HasSubstr("checksum mismatch")));
}

TEST_F(VerifierTest, RefusesALogThatIsDamagedInTheMiddle) {
  close();
  ASSERT_FALSE(files(".log").empty());
  std::filesystem::path largest;
  for (const auto& log : files(".log"))
    if (largest.empty() || std::filesystem::file_size(log) > std::filesystem::file_size(largest))
      largest = log;
  flip_byte(largest, 0.5);

  const auto opened = Store::open(settings());

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt) << opened.error().message;
  EXPECT_THAT(opened.error().message, HasSubstr("opening store '" + path() + "'"));
}

TEST_F(VerifierTest, TakesALogThatWasCutOffByACrash) {
  close();
  for (const auto& log : files(".log"))
    if (const auto length = std::filesystem::file_size(log); length > 10)
      std::filesystem::resize_file(log, length - 3);

  reopen();

  EXPECT_THAT(damages(), IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
