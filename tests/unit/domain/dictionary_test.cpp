#include "bellwether/domain/dictionary.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(Dictionary, GivesValuesAndCombinationsNumbersWithoutGaps) {
  Dictionary dictionary({"country", "device"});
  const ValueId nl = dictionary.add_value(0, "NL");
  const ValueId phone = dictionary.add_value(1, "phone");
  EXPECT_EQ(dictionary.add_value(0, "NL"), nl);
  EXPECT_EQ(dictionary.add_series(std::array{nl, phone}), 0U);
  EXPECT_EQ(dictionary.add_series(std::array{nl, any_value}), 1U);
  EXPECT_EQ(dictionary.add_series(std::array{nl, phone}), 0U);
  EXPECT_TRUE(dictionary.is_leaf(0));
  EXPECT_FALSE(dictionary.is_leaf(1));
  EXPECT_EQ(dictionary.mask(1), 1U);
  EXPECT_EQ(to_string(dictionary.key(0, "revenue")), "revenue{country=NL,device=phone}");
  EXPECT_EQ(to_string(dictionary.key(1, "revenue")), "revenue{country=NL}");
}

TEST(Dictionary, FindsEverythingAgainAfterGrowing) {
  Dictionary dictionary({"id"});
  for (int i = 0; i < 5000; ++i)
    dictionary.add_series(std::array{dictionary.add_value(0, std::to_string(i))});
  EXPECT_EQ(dictionary.series_count(), 5000U);
  for (int i = 0; i < 5000; ++i) {
    const auto id = dictionary.find_value(0, std::to_string(i));
    ASSERT_TRUE(id);
    EXPECT_EQ(dictionary.find_series(std::array{*id}), static_cast<SeriesIndex>(i));
  }
  EXPECT_FALSE(dictionary.find_value(0, "5000"));
  EXPECT_FALSE(dictionary.find_series(std::array{ValueId{5001}}));
}

TEST(Dictionary, FindsManyValuesAtOnceAsOneByOne) {
  Dictionary dictionary({"id"});
  for (int i = 0; i < 5000; i += 2)
    dictionary.add_value(0, "a rather long name " + std::to_string(i));
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("a rather long name " + std::to_string(i));
  std::vector<ValueId> found(texts.size());
  dictionary.find_values(0, texts, found);
  for (std::size_t i = 0; i < texts.size(); ++i)
    ASSERT_EQ(found[i], dictionary.find_value(0, texts[i]).value_or(any_value)) << texts[i];
  EXPECT_EQ(found[1], any_value);
}

TEST(Dictionary, HasOneSeriesWithoutDimensions) {
  Dictionary dictionary({});
  EXPECT_EQ(dictionary.add_series({}), 0U);
  EXPECT_EQ(dictionary.add_series({}), 0U);
  EXPECT_TRUE(dictionary.is_leaf(0));
  EXPECT_EQ(to_string(dictionary.key(0, "value")), "value{}");
}

}  // namespace
}  // namespace bellwether
