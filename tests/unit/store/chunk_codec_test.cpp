#include "chunk_codec.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "band_codec.hpp"
#include "severity_codec.hpp"

namespace bellwether::store {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr float no_score = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t season = 24;

using Random = std::mt19937_64;

double uniform(Random& random) { return static_cast<double>(random() >> 11U) * 0x1p-53; }
double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - uniform(random))) * std::cos(6.283185307 * uniform(random));
}

/// A kind of series, value by value.
struct Kind {
  const char* name;
  std::function<double(Random&, std::size_t)> value;
};

double daily(std::size_t i) {
  return 1 + 0.4 * std::sin(6.283185307 * static_cast<double>(i) / 24);
}

std::vector<Kind> kinds() {
  return {
      {"zeros", [](Random&, std::size_t) { return 0.0; }},
      {"a constant", [](Random&, std::size_t) { return 5.25; }},
      {"counts",
       [](Random& r, std::size_t i) { return std::round(1000 * daily(i) + 30 * normal(r)); }},
      {"money",
       [](Random& r, std::size_t i) {
         return std::round(1e5 * daily(i) * std::exp(normal(r) / 20)) / 100;
       }},
      {"sums of money",
       [](Random& r, std::size_t) {
         double sum = 0;
         for (int k = 0; k < 50; ++k) sum += std::round(1e4 * uniform(r)) / 100;
         return sum;
       }},
      {"below zero", [](Random& r, std::size_t) { return std::round(-40 * normal(r)) / 10; }},
      {"any numbers", [](Random& r, std::size_t) { return normal(r) * 1e3; }},
      {"any bits",
       [](Random& r, std::size_t) {
         const auto value = std::bit_cast<double>(r());
         return std::isnan(value) ? nothing : value;
       }},
      {"the least and the largest",
       [](Random& r, std::size_t) {
         constexpr double all[] = {0.0,
                                   -0.0,
                                   std::numeric_limits<double>::denorm_min(),
                                   -std::numeric_limits<double>::denorm_min(),
                                   std::numeric_limits<double>::max(),
                                   std::numeric_limits<double>::lowest(),
                                   std::numeric_limits<double>::min(),
                                   9007199254740993.0,
                                   1e300,
                                   0.1 + 0.2};
         return all[r() % std::size(all)];
       }},
      {"a signed zero among integers",
       [](Random& r, std::size_t i) { return i % 9 == 4 ? -0.0 : std::round(10 * normal(r)); }},
      {"many gaps",
       [](Random& r, std::size_t i) {
         return uniform(r) < 0.4 ? nothing : std::round(100 * daily(i));
       }},
      {"a long gap",
       [](Random&, std::size_t i) {
         return i > 100 && i < 300 ? nothing : static_cast<double>(i);
       }},
      {"one value", [](Random&, std::size_t i) { return i == 17 ? 3.5 : nothing; }},
      {"huge steps", [](Random&, std::size_t i) { return i % 50 == 0 ? 9e15 : 1.0; }},
  };
}

/// Bands and severities about as an engine makes them.
void add_scores(Random& random, SeriesColumns& columns) {
  double level = 0;
  for (std::size_t i = 0; i < columns.values.size(); ++i) {
    const double value = columns.values[i];
    const bool is_usable = std::isfinite(value) && std::fabs(value) < 1e30;
    const double expected = level + (is_usable ? value / 3 : 0);
    const double width = 1 + std::fabs(expected) / 10 * (1 + 0.1 * uniform(random));
    columns.expected.push_back(i < 5 ? no_score : static_cast<float>(expected));
    columns.lower.push_back(i < 5 ? no_score : static_cast<float>(expected - width));
    columns.upper.push_back(i < 5 ? no_score : static_cast<float>(expected + width));
    const bool has_severity = i >= 20 && !std::isnan(value);
    columns.severity.push_back(
        has_severity ? static_cast<float>(std::min(100.0, 10 * std::fabs(normal(random))))
                     : no_score);
    if (is_usable) level = expected;
  }
}

SeriesColumns make_series(const Kind& kind, Random& random, std::size_t count) {
  SeriesColumns columns;
  for (std::size_t i = 0; i < count; ++i) columns.values.push_back(kind.value(random, i));
  add_scores(random, columns);
  return columns;
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_bands_near(const SeriesColumns& written, const SeriesColumns& read) {
  for (std::size_t i = 0; i < written.expected.size(); ++i) {
    ASSERT_EQ(std::isnan(written.expected[i]), std::isnan(read.expected[i])) << i;
    if (std::isnan(written.expected[i])) continue;
    const double width = double{written.upper[i]} - written.lower[i];
    const double room = width * largest_band_error;
    EXPECT_NEAR(read.expected[i], written.expected[i], room) << i;
    EXPECT_NEAR(read.lower[i], written.lower[i], room) << i;
    EXPECT_NEAR(read.upper[i], written.upper[i], room) << i;
    EXPECT_LE(read.lower[i], read.expected[i]);
    EXPECT_LE(read.expected[i], read.upper[i]);
    if (written.lower[i] == 0) {
      EXPECT_EQ(read.lower[i], 0);
    }
  }
}

SeriesColumns through_a_chunk(const SeriesColumns& columns, std::size_t day = season) {
  const std::string record = encode_chunk({&columns, 1}, day);
  const auto view = ChunkView::open(record);
  SeriesColumns read;
  EXPECT_TRUE(view && view->read(0, read));
  return read;
}

/// Two and a half days with a daily season, scored from the fifth hour on.
SeriesColumns series_of_version_1() {
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  SeriesColumns columns;
  for (int i = 0; i < 60; ++i) {
    const int hour = i % 24;
    const double level = 200 + 8 * std::abs(hour - 12);
    columns.values.push_back(level + (i * 37) % 19 - 9);
    const bool is_scored = i >= 4;
    const auto expected = static_cast<float>(level + ((i * 13) % 7 - 3) * 0.25);
    const auto width = static_cast<float>(20 + hour % 5);
    columns.expected.push_back(is_scored ? expected : none);
    columns.lower.push_back(is_scored ? expected - width : none);
    columns.upper.push_back(is_scored ? expected + width : none);
    columns.severity.push_back(is_scored ? static_cast<float>((i * 29) % 40) : none);
  }
  return columns;
}

/// The chunk that version 1 made of it.
constexpr std::string_view chunk_of_version_1 =
    "0100013c18002b382ac0feff3ff11115458c820c11208c72d26a5f2401c714322410532fadf6651a"
    "724c8191404cbdb4da976900422c0ce0ffff1948e880808080c081808080c0818040203808048282"
    "40200000f8ff7f030800ffff7f10ba9b99bb2186801863448cb601001606f0ff7f2efa07eaff511c"
    "0eb5d02cfeb4369c9bfb54fcf3dafce852b3fb63f132ba7e5ed41fd46d00";

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

TEST(ChunkCodec, ReadsWhatVersionOneWrote) {
  const std::string record = from_hex(chunk_of_version_1);
  const auto view = ChunkView::open(record);
  SeriesColumns read;
  ASSERT_TRUE(view && view->read(0, read));
  const SeriesColumns written = series_of_version_1();
  EXPECT_EQ(read.values, written.values);
  expect_bands_near(written, read);
}

TEST(ChunkCodec, KeepsEveryKindOfSeries) {
  for (const std::size_t count : {1U, 2U, 25U, 511U, 512U}) {
    Random random(count);
    std::vector<SeriesColumns> series;
    for (const Kind& kind : kinds()) series.push_back(make_series(kind, random, count));
    const std::string record = encode_chunk(series, season);

    const auto view = ChunkView::open(record);

    ASSERT_TRUE(view) << view.error().message;
    ASSERT_EQ(view->series_count(), series.size());
    EXPECT_EQ(view->place_count(), count);
    for (std::size_t s = 0; s < series.size(); ++s) {
      SCOPED_TRACE(std::string(kinds()[s].name) + ", " + std::to_string(count));
      SeriesColumns read;
      ASSERT_TRUE(view->read(s, read));
      SeriesColumns values;
      ASSERT_TRUE(view->read_values(s, values));
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(same_bits(read.values[i], series[s].values[i])) << i;
        ASSERT_TRUE(same_bits(values.values[i], series[s].values[i])) << i;
        const float severity = coarse_severity(series[s].severity[i]);
        ASSERT_TRUE(std::isnan(severity) ? std::isnan(read.severity[i])
                                         : read.severity[i] == severity)
            << i;
      }
      expect_bands_near(series[s], read);
    }
  }
}

TEST(ChunkCodec, KeepsValuesOfManyRandomSeries) {
  Random random(7);
  const auto all = kinds();
  for (int run = 0; run < 300; ++run) {
    const Kind& first = all[random() % all.size()];
    const Kind& second = all[random() % all.size()];
    const std::size_t border = random() % 512;
    SeriesColumns columns;
    for (std::size_t i = 0; i < 512; ++i)
      columns.values.push_back((i < border ? first : second).value(random, i));
    add_scores(random, columns);

    const SeriesColumns read = through_a_chunk(columns, random() % 300);

    for (std::size_t i = 0; i < 512; ++i)
      ASSERT_TRUE(same_bits(read.values[i], columns.values[i]))
          << run << ' ' << first.name << ", then " << second.name << ' ' << i;
    expect_bands_near(columns, read);
  }
}

TEST(ChunkCodec, KeepsMeansAndTheirRowCounts) {
  Random random(3);
  SeriesColumns columns;
  for (std::size_t i = 0; i < 512; ++i) {
    const double rows = i % 11 == 3 ? 0 : 1 + std::floor(20 * uniform(random));
    const double sum = std::round(1e4 * uniform(random)) / 100 * rows;
    columns.row_counts.push_back(rows);
    columns.values.push_back(rows > 0 ? std::round(sum * 100) / 100 / rows : nothing);
  }
  add_scores(random, columns);
  const std::string record = encode_chunk({&columns, 1}, season);

  const SeriesColumns read = through_a_chunk(columns);

  EXPECT_EQ(read.row_counts, columns.row_counts);
  for (std::size_t i = 0; i < 512; ++i)
    ASSERT_TRUE(same_bits(read.values[i], columns.values[i])) << i;
  EXPECT_LT(record.size(), 512 * 5U);  // A mean by its bits alone takes eight.
}

TEST(ChunkCodec, KeepsScoresThatFitNoPatternExactly) {
  Random random(5);
  SeriesColumns columns;
  for (std::size_t i = 0; i < 200; ++i) {
    columns.values.push_back(1);
    const auto value = [&] { return i % 7 == 2 ? no_score : static_cast<float>(normal(random)); };
    columns.expected.push_back(value());
    columns.lower.push_back(value());
    columns.upper.push_back(value());
    columns.severity.push_back(static_cast<float>(200 * normal(random)));
  }
  columns.upper[9] = std::numeric_limits<float>::infinity();
  columns.lower[11] = -0.0F;

  const SeriesColumns read = through_a_chunk(columns);

  const auto same = [](float a, float b) {
    return (std::isnan(a) && std::isnan(b)) ||
           std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  };
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_TRUE(same(read.expected[i], columns.expected[i])) << i;
    EXPECT_TRUE(same(read.lower[i], columns.lower[i])) << i;
    EXPECT_TRUE(same(read.upper[i], columns.upper[i])) << i;
    EXPECT_TRUE(same(read.severity[i], columns.severity[i])) << i;
  }
}

TEST(ChunkCodec, KeepsBandsThatAreALine) {
  SeriesColumns columns = empty_series(1, 300, false).front();
  for (std::size_t i = 0; i < 300; ++i) {
    columns.values[i] = i < 150 ? 0 : 7.3;
    for (auto* column : {&columns.expected, &columns.lower, &columns.upper})
      (*column)[i] = static_cast<float>(columns.values[i]);
    columns.severity[i] = 0;
  }

  EXPECT_EQ(through_a_chunk(columns), columns);
}

TEST(ChunkCodec, SpendsNearlyNothingOnZerosAndOnNothing) {
  SeriesColumns zeros = empty_series(1, 512, false).front();
  std::ranges::fill(zeros.values, 0);
  for (auto* column : {&zeros.expected, &zeros.lower, &zeros.upper, &zeros.severity})
    std::ranges::fill(*column, 0.0F);

  EXPECT_LT(encode_chunk({&zeros, 1}, season).size(), 80U);
  const auto nothing_at_all = empty_series(64, 512, false);
  EXPECT_LT(encode_chunk(nothing_at_all, season).size(), 64 * 4 + 16U);
}

TEST(ChunkCodec, RefusesWhatIsCutOffOrTooLong) {
  Random random(9);
  const SeriesColumns columns = make_series(kinds()[2], random, 512);
  const std::string record = encode_chunk({&columns, 1}, season);

  for (std::size_t length = 0; length < record.size(); ++length)
    EXPECT_FALSE(ChunkView::open(std::string_view(record).substr(0, length))) << length;
  EXPECT_FALSE(ChunkView::open(record + "x"));
  std::string other = record;
  other[0] = newest_chunk_version + 1;
  EXPECT_EQ(ChunkView::open(other).error().code, ErrorCode::corrupt);
}

TEST(ChunkCodec, ReadsDamagedBitsWithoutHarm) {
  Random random(11);
  std::vector<SeriesColumns> series;
  for (const Kind& kind : kinds()) series.push_back(make_series(kind, random, 200));
  const std::string record = encode_chunk(series, season);
  for (int run = 0; run < 2000; ++run) {
    std::string damaged = record;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
    const auto view = ChunkView::open(damaged);
    if (!view) continue;
    SeriesColumns columns;
    for (std::size_t s = 0; s < view->series_count(); ++s) {
      const auto read = view->read(s, columns);
      if (!read) {
        EXPECT_EQ(read.error().code, ErrorCode::corrupt);
      }
    }
  }
}

TEST(CoarseSeverity, StaysOnItsSideOfThresholds) {
  for (int i = 0; i <= 10'000; ++i) {
    const float severity = static_cast<float>(i) / 100;
    const float coarse = coarse_severity(severity);
    EXPECT_NEAR(coarse, severity, severity < 16 ? 2 : severity < 32 ? 1 : 0.5) << severity;
    for (float threshold = 4; threshold <= 100; threshold += threshold < 32 ? 4 : 0.5F)
      ASSERT_EQ(coarse >= threshold, severity >= threshold) << severity << ' ' << threshold;
  }
  EXPECT_EQ(coarse_severity(0), 0);
  EXPECT_EQ(coarse_severity(100), 100);
  EXPECT_GT(coarse_severity(1e-9F), 0);
  EXPECT_TRUE(std::isnan(coarse_severity(no_score)));
}

}  // namespace
}  // namespace bellwether::store
