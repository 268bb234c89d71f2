// Bytes to frames on one core: rows of five fields, two dimensions, two measures; 10,000 leaves
// with all roll-ups, or a million without. Beside each stands what the least that could be done
// with the same bytes costs, measured in turn with it: `times_bare` is how often it would fit in.

#include <array>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/row_reader.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t few = 10'000;
constexpr std::size_t many = 1'000'000;

/// How the leaves come about.
enum class Spread {
  even,        ///< As many values in either dimension.
  one_column,  ///< All in one dimension, the other has one value.
};

/// Rows that bring every leaf in turn, in no order that a cache would like; an hour holds as many
/// as there are leaves, or 400,000 if that is more.
struct Feed {
  std::size_t leaves = few;
  Spread spread = Spread::even;

  std::size_t rows_per_hour() const { return std::max<std::size_t>(leaves, 400'000); }

  DetectorSpec detector() const {
    DetectorSpec spec;
    spec.name = "bench";
    spec.interval = leaves == few ? std::chrono::minutes(5) : std::chrono::hours(1);
    spec.measures = {{"views", Aggregate::sum}, {"revenue", Aggregate::avg}};
    spec.dimensions = {"platform", "marketplace"};
    if (leaves == many) spec.rollups.kind = RollupKind::leaf;
    return spec;
  }
};

struct Row {
  std::string time;
  std::string platform;
  std::string marketplace;
  std::string views;
  std::string revenue;
};

Row row_at(const Feed& feed, std::size_t hour, std::size_t i) {
  const TimePoint time = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 3 / 20)) +
                         std::chrono::hours(hour) +
                         std::chrono::seconds(i * 3600 / feed.rows_per_hour());
  std::string text = to_rfc3339(time);
  text[10] = ' ';
  text.pop_back();
  const std::size_t leaf = i * 7919 % feed.leaves;
  const std::size_t values = feed.leaves == few ? 100 : 1000;
  const bool is_even = feed.spread == Spread::even;
  return {text, "platform-" + std::to_string(is_even ? leaf / values : 0),
          "marketplace-" + std::to_string(is_even ? leaf % values : leaf), std::to_string(i % 1000),
          std::to_string(static_cast<double>(i % 10'000) / 100)};
}

std::string csv_of(const Feed& feed, std::size_t hour) {
  std::string lines = "timestamp,platform,marketplace,views,revenue\n";
  for (std::size_t i = 0; i < feed.rows_per_hour(); ++i) {
    const Row row = row_at(feed, hour, i);
    lines += row.time + "," + row.platform + "," + row.marketplace + "," + row.views + "," +
             row.revenue + "\n";
  }
  return lines;
}

std::string json_of(const Feed& feed, std::size_t hour) {
  std::string lines;
  for (std::size_t i = 0; i < feed.rows_per_hour(); ++i) {
    const Row row = row_at(feed, hour, i);
    lines += R"({"timestamp":")" + row.time + R"(","platform":")" + row.platform +
             R"(","marketplace":")" + row.marketplace + R"(","views":)" + row.views +
             R"(,"revenue":)" + row.revenue + "}\n";
  }
  return lines;
}

/// The least that could be done with JSON lines: every one parsed, every value looked at.
void pass_over_json(const std::string& bytes) {
  static simdjson::ondemand::parser parser;
  std::string_view rest(bytes.data(), bytes.size() - simdjson::SIMDJSON_PADDING);
  double sum = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    auto document = parser.iterate(
        simdjson::padded_string_view(line, line.size() + simdjson::SIMDJSON_PADDING));
    for (auto field : document.get_object()) {
      simdjson::ondemand::value value = field.value();
      if (value.type() == simdjson::ondemand::json_type::number) {
        sum += value.get_double();
      } else {
        sum += static_cast<double>(std::string_view(value.get_string()).size());
      }
    }
  }
  benchmark::DoNotOptimize(sum);
}

/// The least that could be done with CSV: the ends of lines and fields found.
void pass_over_csv(const std::string& bytes) {
  std::size_t sum = 0;
  const char* line = bytes.data();
  const char* const end = line + bytes.size();
  while (line < end) {
    const char* const stop =
        static_cast<const char*>(std::memchr(line, '\n', static_cast<std::size_t>(end - line)));
    if (stop == nullptr) break;
    const char* field = line;
    while (const void* comma = std::memchr(field, ',', static_cast<std::size_t>(stop - field))) {
      sum += static_cast<std::size_t>(static_cast<const char*>(comma) - field);
      field = static_cast<const char*>(comma) + 1;
    }
    line = stop + 1;
  }
  benchmark::DoNotOptimize(sum);
}

/// What is tried in a run: a format, its text, and the bare pass over it.
struct Trial {
  RowFormat format;
  std::string first_hour;  ///< Makes the series known.
  std::string hour;
  void (*bare)(const std::string&);
};

Trial csv_trial(const Feed& feed) {
  return {CsvFormat(), csv_of(feed, 0), csv_of(feed, 1), pass_over_csv};
}

Trial json_trial(const Feed& feed) {
  Trial trial{JsonFormat(), json_of(feed, 0), json_of(feed, 1), pass_over_json};
  trial.hour.reserve(trial.hour.size() + simdjson::SIMDJSON_PADDING);
  return trial;
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Work>
double seconds_of(const Work& work) {
  const double before = processor_seconds();
  work();
  return processor_seconds() - before;
}

/// Reads `text` in pieces; hands each batch to `take`.
template <class Take>
void read_all(const DetectorSpec& spec, const RowFormat& format, std::string_view text,
              std::uint64_t first_row, const Take& take) {
  auto reader = make_row_reader({spec, std::nullopt}, format);
  std::uint64_t next_row = first_row;
  while (!text.empty()) {
    RowBatch batch = make_row_batch(spec);
    batch.first_row = batch.end_row = next_row;
    const auto piece = text.substr(0, piece_bytes);
    benchmark::DoNotOptimize((*reader)->feed(piece, batch));
    text.remove_prefix(piece.size());
    next_row = batch.end_row;
    take(batch);
  }
}

/// Times `work` and the bare pass by turns, in processor time.
template <class Work>
void compare(benchmark::State& state, const Feed& feed, const Trial& trial, const Work& work) {
  std::string padded = trial.hour;
  if (trial.bare == pass_over_json) padded.append(simdjson::SIMDJSON_PADDING, ' ');
  double bare = 0;
  double taken = 0;
  for (auto _ : state) {
    bare += seconds_of([&] { trial.bare(padded); });
    const double seconds = work();
    taken += seconds;
    state.SetIterationTime(seconds);
  }
  const auto rows =
      static_cast<double>(state.iterations()) * static_cast<double>(feed.rows_per_hour());
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
  state.counters["bare_rows_per_s"] = rows / bare;
  state.counters["times_bare"] = taken / bare;
}

void to_batches(benchmark::State& state, const Feed& feed, const Trial& trial) {
  const DetectorSpec spec = feed.detector();
  compare(state, feed, trial, [&] {
    return seconds_of([&] {
      read_all(spec, trial.format, trial.hour, 0,
               [](const RowBatch& batch) { benchmark::DoNotOptimize(batch.row_count()); });
    });
  });
}

/// The second hour, when all series are known; its close included. What the first one takes is
/// counted apart.
void to_frames(benchmark::State& state, const Feed& feed, const Trial& trial) {
  const DetectorSpec spec = feed.detector();
  std::uint64_t rows = 0;
  double first = 0;
  compare(state, feed, trial, [&] {
    Dictionary dictionary(spec.dimensions);
    Aggregator aggregator(spec, IntervalGrid(spec.interval), dictionary, std::nullopt, {});
    const auto on_closed = [&](ClosedInterval&& closed) {
      rows += closed.quality.rows;
      return ok();
    };
    const auto take = [&](const std::string& text, std::uint64_t first_row) {
      read_all(spec, trial.format, text, first_row, [&](const RowBatch& batch) {
        benchmark::DoNotOptimize(aggregator.add(batch, on_closed));
      });
      benchmark::DoNotOptimize(aggregator.close_all(on_closed));
    };
    first += seconds_of([&] { take(trial.first_hour, 0); });
    return seconds_of([&] { take(trial.hour, feed.rows_per_hour()); });
  });
  if (rows != 2 * feed.rows_per_hour() * static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("rows were lost");
  state.counters["first_rows_per_s"] = static_cast<double>(rows) / 2 / first;
}

void csv_to_batches(benchmark::State& state, const Feed& feed) {
  to_batches(state, feed, csv_trial(feed));
}
void csv_to_frames(benchmark::State& state, const Feed& feed) {
  to_frames(state, feed, csv_trial(feed));
}
void json_to_batches(benchmark::State& state, const Feed& feed) {
  to_batches(state, feed, json_trial(feed));
}
void json_to_frames(benchmark::State& state, const Feed& feed) {
  to_frames(state, feed, json_trial(feed));
}

/// One interval in which every one of the leaves has a row: the close alone, roll-ups included.
void close_frame(benchmark::State& state) {
  const DetectorSpec spec = Feed().detector();
  const auto leaves = static_cast<std::size_t>(state.range(0));
  Dictionary dictionary(spec.dimensions);
  Aggregator aggregator(spec, IntervalGrid(spec.interval), dictionary, std::nullopt, {});
  std::size_t series = 0;
  const auto on_closed = [&](ClosedInterval&& closed) {
    series = closed.frame.series_count;
    return ok();
  };
  RowBatch batch = make_row_batch(spec);
  for (auto& column : batch.dimensions)
    for (std::size_t i = 0; i < 1000; ++i) column.values.push_back("value-" + std::to_string(i));
  for (std::size_t i = 0; i < leaves; ++i) {
    batch.dimensions[0].codes.push_back(static_cast<std::uint32_t>(i / 1000));
    batch.dimensions[1].codes.push_back(static_cast<std::uint32_t>(i % 1000));
    batch.measures[0].push_back(1);
    batch.measures[1].push_back(2);
    batch.row_numbers.push_back(static_cast<std::uint32_t>(i));
  }
  TimePoint time{};
  const auto add_interval = [&] {
    batch.timestamps.assign(leaves, time);
    batch.end_row = batch.first_row + leaves;
    time += spec.interval;
    benchmark::DoNotOptimize(aggregator.add(batch, on_closed));
  };
  // The first close, which makes the series known, is left out.
  add_interval();
  benchmark::DoNotOptimize(aggregator.close_all(on_closed));
  for (auto _ : state) {
    state.PauseTiming();
    add_interval();
    state.ResumeTiming();
    benchmark::DoNotOptimize(aggregator.close_all(on_closed));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(series));
}

BENCHMARK(close_frame)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
#define BELLWETHER_INGEST_BENCHMARK(name)                                                    \
  BENCHMARK_CAPTURE(name, few, Feed{})->UseManualTime()->Unit(benchmark::kMillisecond);      \
  BENCHMARK_CAPTURE(name, many, Feed{many})->UseManualTime()->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(name, many_in_one_column, Feed{many, Spread::one_column})                \
      ->UseManualTime()                                                                      \
      ->Unit(benchmark::kMillisecond)
BELLWETHER_INGEST_BENCHMARK(csv_to_batches);
BELLWETHER_INGEST_BENCHMARK(csv_to_frames);
BELLWETHER_INGEST_BENCHMARK(json_to_batches);
BELLWETHER_INGEST_BENCHMARK(json_to_frames);

}  // namespace
}  // namespace bellwether::ingest
