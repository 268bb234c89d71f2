#include "bellwether/ingest/remote_write_reader.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Labels = std::vector<std::pair<std::string, std::string>>;
using Samples = std::vector<std::pair<std::string, double>>;  ///< Time of 2026-03-20 and value.

/// What Prometheus sends for a series that has ended: a NaN of its own.
const double ended = std::bit_cast<double>(std::uint64_t{0x7ff0000000000002});

const RowSchema schema{
    a_detector({{"temperature", Aggregate::avg}, {"humidity", Aggregate::avg}}, {"room", "floor"}),
    std::nullopt};

/// A `prometheus.WriteRequest` in the making.
class Request {
 public:
  Request& series(const Labels& labels, const Samples& samples) {
    std::string message;
    protozero::pbf_writer series(message);
    for (const auto& [name, value] : labels) {
      protozero::pbf_writer label(series, 1);
      label.add_string(1, name);
      label.add_string(2, value);
    }
    for (const auto& [time, value] : samples) {
      protozero::pbf_writer sample(series, 2);
      sample.add_double(1, value);
      sample.add_int64(2, at(time).time_since_epoch().count());
    }
    add(1, message);
    return *this;
  }

  Request& add(protozero::pbf_tag_type tag, const std::string& message) {
    protozero::pbf_writer(bytes_).add_message(tag, message);
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

Labels metric(const std::string& name, const std::string& room, const std::string& floor) {
  return {{"__name__", name}, {"floor", floor}, {"instance", "10.0.0.1:9100"}, {"room", room}};
}

RemoteWrite read(const Request& request, const RowSchema& with = schema) {
  auto result = read_remote_write(with, request.bytes());
  EXPECT_TRUE(result) << result.error().message;
  return result ? *std::move(result) : RemoteWrite();
}

std::string shown(double value) {
  return std::isnan(value) ? "-" : std::to_string(std::lround(value));
}

/// Each row as "atrium/1 temperature humidity @ time".
std::vector<std::string> rows_of(const RowBatch& batch) {
  std::vector<std::string> rows;
  const auto value = [&](std::size_t dimension, std::size_t row) {
    const DimensionColumn& column = batch.dimensions[dimension];
    return column.values[column.codes[row]];
  };
  for (std::size_t i = 0; i < batch.row_count(); ++i)
    rows.push_back(value(0, i) + "/" + value(1, i) + " " + shown(batch.measures[0][i]) + " " +
                   shown(batch.measures[1][i]) + " @ " +
                   to_rfc3339(batch.timestamps[i]).substr(11, 8));
  return rows;
}

TEST(RemoteWriteReader, MakesMetricsMeasuresAndLabelsDimensions) {
  const RemoteWrite result =
      read(Request().series(metric("temperature", "atrium", "1"), {{"08:00:15", 21}}));

  EXPECT_THAT(rows_of(result.rows), ElementsAre("atrium/1 21 - @ 08:00:15"));
  EXPECT_EQ(result.rows.rejected.total(), 0U);
}

TEST(RemoteWriteReader, JoinsMeasuresOfOneTimeAndPlaceInOneRow) {
  const RemoteWrite result =
      read(Request()
               .series(metric("humidity", "atrium", "1"), {{"08:00:30", 42}, {"08:00:15", 41}})
               .series(metric("temperature", "atrium", "1"), {{"08:00:15", 21}})
               .series(metric("temperature", "office", "1"), {{"08:00:15", 19}}));

  EXPECT_THAT(rows_of(result.rows),
              ElementsAre("atrium/1 21 41 @ 08:00:15", "atrium/1 - 42 @ 08:00:30",
                          "office/1 19 - @ 08:00:15"));
}

TEST(RemoteWriteReader, KeepsEveryValueOfSeriesThatDifferInOtherLabelsAlone) {
  Labels other = metric("temperature", "atrium", "1");
  other[2].second = "10.0.0.2:9100";
  const RemoteWrite result =
      read(Request()
               .series(metric("temperature", "atrium", "1"), {{"08:00:15", 21}})
               .series(other, {{"08:00:15", 23}})
               .series(metric("humidity", "atrium", "1"), {{"08:00:15", 40}}));

  EXPECT_THAT(rows_of(result.rows),
              ElementsAre("atrium/1 21 40 @ 08:00:15", "atrium/1 23 - @ 08:00:15"));
}

TEST(RemoteWriteReader, PassesOverMetricsThatAreNoMeasure) {
  const RemoteWrite result =
      read(Request()
               .series(metric("up", "atrium", "1"), {{"08:00:15", 1}, {"08:00:30", 1}})
               .series(metric("room", "atrium", "1"), {{"08:00:15", 1}})
               .series({{"room", "atrium"}}, {{"08:00:15", 1}})
               .series(metric("humidity", "atrium", "1"), {{"08:00:15", 40}}));

  EXPECT_EQ(result.passed_over, 4U);
  EXPECT_THAT(rows_of(result.rows), ElementsAre("atrium/1 - 40 @ 08:00:15"));
}

TEST(RemoteWriteReader, TakesNoValueFromNaNAndTheEndOfASeries) {
  const RemoteWrite result = read(
      Request()
          .series(metric("temperature", "atrium", "1"), {{"08:00:15", 21}, {"08:00:30", ended}})
          .series(metric("humidity", "atrium", "1"), {{"08:00:15", std::nan("")}}));

  EXPECT_THAT(rows_of(result.rows), ElementsAre("atrium/1 21 - @ 08:00:15"));
  EXPECT_EQ(result.rows.rejected.total(), 0U);
}

TEST(RemoteWriteReader, RefusesSamplesWithoutALabelThatIsADimension) {
  const RemoteWrite result =
      read(Request()
               .series({{"__name__", "humidity"}, {"room", "atrium"}},
                       {{"08:00:15", 1}, {"08:00:30", 2}})
               .series(metric("humidity", "atrium", ""), {{"08:00:45", 1}})
               .series(metric("humidity", "atrium", "1"), {{"08:00:15", 40}}));

  EXPECT_THAT(rows_of(result.rows), ElementsAre("atrium/1 - 40 @ 08:00:15"));
  EXPECT_EQ(result.rows.rejected.count(RowFault::missing_dimension), 3U);
  EXPECT_EQ(result.rows.rejected.samples.front().message, "column 'floor': there is no value");
}

TEST(RemoteWriteReader, RefusesWhatNoAggregateCanTake) {
  const RemoteWrite result =
      read(Request()
               .series(metric("humidity", "atrium", "1"),
                       {{"08:00:15", std::numeric_limits<double>::infinity()}})
               .series(metric("humidity", "\xff", "1"), {{"08:00:15", 1}}));

  EXPECT_EQ(result.rows.row_count(), 0U);
  EXPECT_EQ(result.rows.rejected.count(RowFault::no_measure), 1U);
  EXPECT_EQ(result.rows.rejected.count(RowFault::unreadable), 1U);
  EXPECT_EQ(result.rows.rejected.samples.front().message,
            "column 'humidity': '+Inf' is not a number");
}

TEST(RemoteWriteReader, RefusesTimesFromTheFutureAndFromNoYear) {
  RowSchema limited = schema;
  limited.latest_allowed = at("09:00");
  Request request;
  request.series(metric("humidity", "atrium", "1"), {{"09:00", 1}, {"09:00:01", 2}});
  std::string series;
  protozero::pbf_writer writer(series);
  for (const auto& [name, value] : metric("humidity", "atrium", "1")) {
    protozero::pbf_writer label(writer, 1);
    label.add_string(1, name);
    label.add_string(2, value);
  }
  {
    protozero::pbf_writer sample(writer, 2);
    sample.add_int64(2, std::numeric_limits<std::int64_t>::max());
  }
  request.add(1, series);
  const RemoteWrite result = read(request, limited);

  EXPECT_EQ(result.rows.row_count(), 1U);
  EXPECT_EQ(result.rows.rejected.count(RowFault::future_timestamp), 1U);
  EXPECT_EQ(result.rows.rejected.count(RowFault::bad_timestamp), 1U);
  EXPECT_EQ(result.rows.rejected.samples[0].message,
            "the time 2026-03-20T09:00:01Z lies in the future, after 2026-03-20T09:00:00Z");
}

TEST(RemoteWriteReader, CountsSamplesWhereTheMeasureIsACount) {
  const RowSchema counting{a_detector({{"temperature", Aggregate::count}}, {"room"}), std::nullopt};
  const RemoteWrite result =
      read(Request().series(metric("temperature", "atrium", "1"), {{"08:00:15", 21.5}}), counting);

  EXPECT_THAT(result.rows.measures[0], ElementsAre(1.0));
}

TEST(RemoteWriteReader, PassesOverMetadataExemplarsHistogramsAndWhatIsNew) {
  std::string series;
  protozero::pbf_writer writer(series);
  for (const auto& [name, value] : metric("humidity", "atrium", "1")) {
    protozero::pbf_writer label(writer, 1);
    label.add_string(1, name);
    label.add_string(2, value);
  }
  writer.add_string(3, "exemplar");
  writer.add_string(4, "histogram");
  writer.add_uint64(9, 7);
  const RemoteWrite result = read(Request().add(1, series).add(3, "metadata"));

  EXPECT_THAT(rows_of(result.rows), IsEmpty());
  EXPECT_EQ(result.rows.rejected.total(), 0U);
  EXPECT_EQ(result.passed_over, 0U);
}

TEST(RemoteWriteReader, RefusesWhatIsNoMessageOrCutOff) {
  const std::string whole =
      Request().series(metric("humidity", "atrium", "1"), {{"08:00:15", 1}}).bytes();
  for (std::size_t length = 1; length < whole.size(); ++length) {
    const auto result = read_remote_write(schema, std::string_view(whole).substr(0, length));
    ASSERT_FALSE(result) << length;
    EXPECT_EQ(result.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(result.error().message, HasSubstr("not a prometheus.WriteRequest"));
  }
  EXPECT_TRUE(read_remote_write(schema, ""));
}

TEST(RemoteWriteReader, HoldsNoMoreSamplesThanItSays) {
  std::string series;
  protozero::pbf_writer writer(series);
  for (std::uint64_t i = 0; i <= max_remote_write_samples; ++i) writer.add_string(2, "");
  const auto result = read_remote_write(schema, Request().add(1, series).bytes());

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::overloaded);
  EXPECT_EQ(result.error().message, "the request may hold 1000000 samples");
}

/// M7: 16 million empty labels in 1.5 MB of Snappy took 512 MB.
TEST(RemoteWriteReader, HoldsNoMoreLabelsOfASeriesThanItSays) {
  const auto series_of = [](std::size_t labels) {
    std::string series;
    protozero::pbf_writer writer(series);
    for (std::size_t i = 0; i < labels; ++i) writer.add_string(1, "");
    return series;
  };
  EXPECT_TRUE(
      read_remote_write(schema, Request().add(1, series_of(max_remote_write_labels)).bytes()));

  const auto result =
      read_remote_write(schema, Request().add(1, series_of(max_remote_write_labels + 1)).bytes());

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(result.error().message, "a series may have 256 labels");
}

TEST(RemoteWriteReader, HoldsNoMoreSeriesThanItSays) {
  Request request;
  for (std::size_t i = 0; i <= max_remote_write_series; ++i)
    request.series({{"__name__", "humidity"}, {"room", std::to_string(i)}}, {{"08:00:15", 1}});
  const auto result = read_remote_write(schema, request.bytes());

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::overloaded);
  EXPECT_EQ(result.error().message, "the request may hold 100000 series of the detector");
}

}  // namespace
}  // namespace bellwether::ingest
