// Bytes to frames on one core: 10,000 leaves, two dimensions with all their roll-ups, two measures.
// `json_bare_pass` is simdjson alone over the same bytes, to compare with in the same run.

#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/row_reader.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::size_t row_count = 400'000;
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

DetectorSpec detector() {
  DetectorSpec spec;
  spec.name = "bench";
  spec.interval = std::chrono::minutes(5);
  spec.measures = {{"views", Aggregate::sum}, {"revenue", Aggregate::avg}};
  spec.dimensions = {"platform", "marketplace"};
  return spec;
}

struct Row {
  std::string time;
  std::string platform;
  std::string marketplace;
  std::string views;
  std::string revenue;
};

/// Row `i` of a feed that brings every leaf once per 10,000 rows and takes a second per 100.
Row row_at(std::size_t i) {
  const TimePoint time = TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 3 / 20)) +
                         std::chrono::seconds(i / 100);
  std::string text = to_rfc3339(time);
  text[10] = ' ';
  text.pop_back();
  const std::size_t leaf = i * 7919 % 10'000;
  return {text, "platform-" + std::to_string(leaf / 100),
          "marketplace-" + std::to_string(leaf % 100), std::to_string(i % 1000),
          std::to_string(static_cast<double>(i % 10'000) / 100)};
}

const std::string& csv_text() {
  static const std::string text = [] {
    std::string lines = "timestamp,platform,marketplace,views,revenue\n";
    for (std::size_t i = 0; i < row_count; ++i) {
      const Row row = row_at(i);
      lines += row.time + "," + row.platform + "," + row.marketplace + "," + row.views + "," +
               row.revenue + "\n";
    }
    return lines;
  }();
  return text;
}

const std::string& json_text() {
  static const std::string text = [] {
    std::string lines;
    for (std::size_t i = 0; i < row_count; ++i) {
      const Row row = row_at(i);
      lines += R"({"timestamp":")" + row.time + R"(","platform":")" + row.platform +
               R"(","marketplace":")" + row.marketplace + R"(","views":)" + row.views +
               R"(,"revenue":)" + row.revenue + "}\n";
    }
    return lines;
  }();
  return text;
}

void count(benchmark::State& state, const std::string& text) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(row_count));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

/// Reads `text` in pieces; hands each batch to `take`.
template <class Take>
void read_all(const DetectorSpec& spec, const RowFormat& format, std::string_view text,
              const Take& take) {
  auto reader = make_row_reader({spec, std::nullopt}, format);
  std::uint64_t next_row = 0;
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

void read_rows(benchmark::State& state, const RowFormat& format, const std::string& text) {
  const DetectorSpec spec = detector();
  for (auto _ : state)
    read_all(spec, format, text,
             [](const RowBatch& batch) { benchmark::DoNotOptimize(batch.row_count()); });
  count(state, text);
}

void read_to_frames(benchmark::State& state, const RowFormat& format, const std::string& text) {
  const DetectorSpec spec = detector();
  std::uint64_t rows = 0;
  for (auto _ : state) {
    Dictionary dictionary(spec.dimensions);
    Aggregator aggregator(spec, IntervalGrid(spec.interval), dictionary, std::nullopt, {});
    const auto on_closed = [&](ClosedInterval&& closed) {
      rows += closed.quality.rows;
      return ok();
    };
    read_all(spec, format, text, [&](const RowBatch& batch) {
      benchmark::DoNotOptimize(aggregator.add(batch, on_closed));
    });
    benchmark::DoNotOptimize(aggregator.close_all(on_closed));
  }
  if (rows != row_count * static_cast<std::uint64_t>(state.iterations()))
    state.SkipWithError("rows were lost");
  count(state, text);
}

void csv_to_batches(benchmark::State& state) { read_rows(state, CsvFormat(), csv_text()); }
void csv_to_frames(benchmark::State& state) { read_to_frames(state, CsvFormat(), csv_text()); }
void json_to_batches(benchmark::State& state) { read_rows(state, JsonFormat(), json_text()); }
void json_to_frames(benchmark::State& state) { read_to_frames(state, JsonFormat(), json_text()); }

/// The least that could be done: every line parsed, every value looked at, nothing kept.
void json_bare_pass(benchmark::State& state) {
  const simdjson::padded_string text(json_text());
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    std::string_view rest(text.data(), text.size());
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
  count(state, json_text());
}

/// One interval in which every one of the leaves has a row: the close alone, roll-ups included.
void close_frame(benchmark::State& state) {
  const DetectorSpec spec = detector();
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
BENCHMARK(csv_to_batches)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_to_frames)->Unit(benchmark::kMillisecond);
BENCHMARK(json_bare_pass)->Unit(benchmark::kMillisecond);
BENCHMARK(json_to_batches)->Unit(benchmark::kMillisecond);
BENCHMARK(json_to_frames)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bellwether::ingest
