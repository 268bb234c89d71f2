#include "provision.hpp"

#include <gtest/gtest.h>

#include "bellwether/store/store.hpp"

#include "support/temporary_folder.hpp"

namespace bellwether::daemon {
namespace {

using store::CatalogKind;
using testing::TemporaryFolder;

class ProvisionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::Store::open({.path = folder_ / "data"});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  store::Catalog& catalog() { return store_->catalog(); }

  std::vector<std::string> names(CatalogKind kind) {
    std::vector<std::string> names;
    for (const auto& entry : catalog().list(kind).value()) names.push_back(entry.name);
    return names;
  }

  static DetectorSpec a_detector(const std::string& name) {
    DetectorSpec spec;
    spec.name = name;
    spec.measures = {{"orders", Aggregate::sum}};
    return spec;
  }

  TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(ProvisionTest, PutsWhatTheFileSaysAndTakesOutWhatItNoLongerSays) {
  ASSERT_TRUE(provision(catalog(), {a_detector("a"), a_detector("b")}, {}, {}));
  EXPECT_EQ(names(CatalogKind::detector), (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(provision(catalog(), {a_detector("b")}, {}, {}));
  EXPECT_EQ(names(CatalogKind::detector), (std::vector<std::string>{"b"}));
  EXPECT_TRUE(catalog().get(CatalogKind::detector, "b")->is_provisioned);
}

TEST_F(ProvisionTest, PutsConnectionsAndTakesThemOut) {
  const ConnectionSpec one{"db", PostgresConnection{.url = {"", "PG_URL"}, .tables = {"t"}}};
  ASSERT_TRUE(provision(catalog(), {}, {}, {}, {one}));
  EXPECT_EQ(names(CatalogKind::connection), (std::vector<std::string>{"db"}));
  EXPECT_TRUE(catalog().get(CatalogKind::connection, "db")->is_provisioned);
  ASSERT_TRUE(provision(catalog(), {}, {}, {}));
  EXPECT_TRUE(names(CatalogKind::connection).empty());
}

TEST_F(ProvisionTest, ChangesNothingWhenTheFileDidNot) {
  ASSERT_TRUE(provision(catalog(), {a_detector("a")}, {}, {}));
  const auto revision = catalog().revision();
  ASSERT_TRUE(provision(catalog(), {a_detector("a")}, {}, {}));
  EXPECT_EQ(catalog().revision(), revision);
}

TEST_F(ProvisionTest, LeavesAloneWhatWasMadeThroughTheApi) {
  ASSERT_TRUE(catalog().put(CatalogKind::detector, "mine", "{}", false));
  ASSERT_TRUE(provision(catalog(), {a_detector("a")}, {}, {}));
  EXPECT_EQ(names(CatalogKind::detector), (std::vector<std::string>{"a", "mine"}));
  const auto clash = provision(catalog(), {a_detector("new"), a_detector("mine")}, {}, {});
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().message,
            "detector 'mine' of the configuration file was made through the API before; delete it "
            "there or give this one another name");
  EXPECT_EQ(names(CatalogKind::detector), (std::vector<std::string>{"a", "mine"}));
}

TEST_F(ProvisionTest, LetsInNoMoreDetectorsThanThereMayBe) {
  ASSERT_TRUE(provision(catalog(), {a_detector("a")}, {}, {}, {}, {}, 2));
  ASSERT_TRUE(catalog().put(CatalogKind::detector, "mine", "{}", false));
  const auto refused = provision(catalog(), {a_detector("a"), a_detector("b")}, {}, {}, {}, {}, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "with those of the configuration file there would be 3 detectors, and there may be 2 "
            "(server.max_detectors)");
  EXPECT_EQ(names(CatalogKind::detector), (std::vector<std::string>{"a", "mine"}));
  // One may take the place of another, and a bound that was lowered keeps no server from starting.
  EXPECT_TRUE(provision(catalog(), {a_detector("b")}, {}, {}, {}, {}, 2));
  EXPECT_TRUE(provision(catalog(), {a_detector("b")}, {}, {}, {}, {}, 1));
}

}  // namespace
}  // namespace bellwether::daemon
