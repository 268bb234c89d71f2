#include "open_interval.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace bellwether::ingest {
namespace {

void add(OpenInterval& interval, LeafIndex leaf, double value) {
  interval.prefetch(leaf);
  combine(Aggregate::sum, interval.cells_of(leaf)[0], value);
}

void expect_sums(const OpenInterval& interval, const std::map<LeafIndex, double>& sums) {
  ASSERT_EQ(interval.leaf_count(), sums.size());
  for (std::size_t i = 0; i < interval.leaf_count(); ++i)
    ASSERT_EQ(interval.cells_at(i)[0], sums.at(interval.leaves()[i])) << interval.leaves()[i];
}

TEST(OpenInterval, SumsWhateverTheLeaves) {
  struct Case {
    LeafIndex first;
    LeafIndex step;
  };
  for (const auto& [first, step] : {Case{0, 1}, Case{5'000, 1}, Case{3, 100}, Case{7, 9}}) {
    OpenInterval interval(1);
    std::map<LeafIndex, double> sums;
    for (int round = 0; round < 2; ++round)
      for (LeafIndex i = 0; i < 3'000; ++i) {
        const LeafIndex leaf = first + (i * 7919 % 3'000) * step;
        add(interval, leaf, i);
        sums[leaf] += i;
      }
    expect_sums(interval, sums);
  }
}

TEST(OpenInterval, TakesLeavesThatAreMuchFurtherThanAllBefore) {
  OpenInterval interval(1);
  std::map<LeafIndex, double> sums;
  const auto take = [&](LeafIndex leaf) {
    add(interval, leaf, leaf + 1);
    sums[leaf] += leaf + 1;
  };
  for (LeafIndex leaf = 0; leaf < 100; ++leaf) take(leaf);
  for (LeafIndex leaf = 1'000'000; leaf < 1'000'100; ++leaf) take(leaf);
  for (LeafIndex leaf = 50; leaf < 150; ++leaf) take(leaf);
  for (LeafIndex leaf = 0; leaf < 200'000; ++leaf) take(leaf);
  expect_sums(interval, sums);
}

}  // namespace
}  // namespace bellwether::ingest
