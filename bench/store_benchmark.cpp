// What the store costs on this machine's disk: the commit of a frame, one series' history, a block
// of neighbouring series for a refit, and a durable push of rows.

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bellwether/store/store.hpp"

namespace {

using namespace bellwether;  // NOLINT(google-build-using-namespace): a program of one file.

template <class T>
T expect(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void expect(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

/// A store in a directory of its own, and a detector of one measure with a dimension of `series`
/// values, one in eight of which is absent at any time.
class Bench {
 public:
  explicit Bench(std::size_t series) : dictionary_({"product"}) {
    std::string path = (std::filesystem::temp_directory_path() / "store-bench-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = path;
    store_ = expect(store::Store::open({.path = path_ + "/data"}));
    for (std::size_t i = 0; i < series; ++i) {
      const ValueId id = dictionary_.add_value(0, "product-" + std::to_string(i));
      dictionary_.add_series({&id, 1});
    }
    frame_.series_count = series;
    frame_.measures.resize(1);
    frame_.measures[0].values.resize(series);
    scored_.measures.resize(1);
    for (auto* column : {&scored_.measures[0].expected, &scored_.measures[0].lower,
                         &scored_.measures[0].upper, &scored_.measures[0].severity})
      column->resize(series);
  }
  ~Bench() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  store::Store& store() { return *store_; }

  void fill(IntervalIndex interval) {
    frame_.interval = scored_.interval = interval;
    auto& values = frame_.measures[0].values;
    auto& scored = scored_.measures[0];
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double hour = static_cast<double>(interval) / 3.8 + static_cast<double>(i % 97);
      const double level = 100 + static_cast<double>(i % 1000);
      const auto noise = static_cast<double>((i * 2654435761U + 40503U * frame_noise()) % 1024);
      const bool is_absent = (i + static_cast<std::size_t>(interval)) % 8 == 0;
      values[i] = is_absent ? std::numeric_limits<double>::quiet_NaN()
                            : std::round(level * (1 + 0.3 * std::sin(hour)) + noise / 64);
      scored.expected[i] = static_cast<float>(level * (1 + 0.3 * std::sin(hour)));
      scored.lower[i] = scored.expected[i] - 12;
      scored.upper[i] = scored.expected[i] + 12;
      scored.severity[i] = static_cast<float>(static_cast<std::size_t>(noise) % 20);
    }
  }

  void commit() {
    expect(store_->intervals().commit({"bench",
                                       frame_,
                                       scored_,
                                       quality_,
                                       position_,
                                       dictionary_,
                                       before_,
                                       {},
                                       {},
                                       {},
                                       "",
                                       "",
                                       {}}));
    before_ = dictionary_.extent();
  }

  void commit_next() {
    fill(next_++);
    commit();
  }

  std::uint64_t disk_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(path_))
      if (file.path().extension() == ".sst") bytes += file.file_size();
    return bytes;
  }

 private:
  std::size_t frame_noise() const { return static_cast<std::size_t>(frame_.interval); }

  std::string path_;
  std::unique_ptr<store::Store> store_;
  Dictionary dictionary_;
  Dictionary::Size before_;
  Frame frame_;
  ScoredFrame scored_;
  IntervalQuality quality_;
  SourcePosition position_;
  IntervalIndex next_ = 0;
};

void commit_frame(benchmark::State& state) {
  Bench bench(static_cast<std::size_t>(state.range(0)));
  bench.commit_next();  // The dictionary goes with the first.
  IntervalIndex interval = 0;
  for (auto _ : state) {
    state.PauseTiming();
    bench.fill(++interval);
    state.ResumeTiming();
    bench.commit();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(commit_frame)
    ->Arg(1'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

constexpr IntervalIndex history_points = 8192;

/// 8192 intervals of 4096 series, as they lie on disk after a while: in chunks, but for the newest.
/// Their noise is that of a counter no one could foretell; chunk_benchmark has data that is alive.
Bench& history() {
  static const auto bench = [] {
    auto made = std::make_unique<Bench>(4096);
    for (IntervalIndex i = 0; i < history_points; ++i) made->commit_next();
    while (expect(made->store().intervals().make_chunks("bench"))) {
    }
    return made;
  }();
  return *bench;
}

void read_points_of_one_series(benchmark::State& state) {
  Bench& bench = history();
  SeriesIndex series = 0;
  for (auto _ : state) {
    series = (series + 1000) % 4096;
    auto points =
        expect(bench.store().intervals().read_points("bench", 0, series, 0, history_points));
    benchmark::DoNotOptimize(points.values.data());
  }
  state.SetItemsProcessed(state.iterations() * history_points);
  state.counters["disk_bytes_per_value"] =
      static_cast<double>(bench.disk_bytes()) / (4096.0 * static_cast<double>(history_points));
}
BENCHMARK(read_points_of_one_series)->UseRealTime()->Unit(benchmark::kMillisecond);

void read_values_of_a_block(benchmark::State& state) {
  Bench& bench = history();
  std::vector<float> values(64 * static_cast<std::size_t>(history_points));
  SeriesIndex series = 0;
  for (auto _ : state) {
    series = (series + 1024 + 64) % 4096;
    expect(
        bench.store().intervals().read_values("bench", 0, series, 64, 0, history_points, values));
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * 64 * history_points);
}
BENCHMARK(read_values_of_a_block)->UseRealTime()->Unit(benchmark::kMillisecond);

// The newest frames, as a restart reads them.
void replay_frames(benchmark::State& state) {
  Bench& bench = history();
  for (auto _ : state)
    expect(bench.store().intervals().read_frames("bench", history_points - 256, history_points,
                                                 [](const Frame& frame) {
                                                   benchmark::DoNotOptimize(frame.series_count);
                                                   return ok();
                                                 }));
  state.SetItemsProcessed(state.iterations() * 256 * 4096);
}
BENCHMARK(replay_frames)->UseRealTime()->Unit(benchmark::kMillisecond);

RowBatch rows(std::size_t count) {
  RowBatch batch;
  batch.dimensions.resize(2);
  batch.measures.resize(2);
  for (auto& dimension : batch.dimensions)
    for (int i = 0; i < 50; ++i) dimension.values.push_back("value-" + std::to_string(i));
  for (std::size_t i = 0; i < count; ++i) {
    batch.timestamps.emplace_back(std::chrono::seconds(i));
    for (auto& dimension : batch.dimensions)
      dimension.codes.push_back(static_cast<std::uint32_t>(i % 50));
    for (auto& measure : batch.measures) measure.push_back(static_cast<double>(i));
  }
  return batch;
}

/// From several threads at once, whose rows share a sync.
void append_to_inbox(benchmark::State& state) {
  static std::unique_ptr<Bench> bench;
  if (state.thread_index() == 0) bench = std::make_unique<Bench>(1);
  const RowBatch batch = rows(static_cast<std::size_t>(state.range(0)));
  std::size_t appended = 0;
  for (auto _ : state) {
    expect(bench->store().inbox().append("bench", batch, {}, "", {}));
    if (++appended % 256 == 0 && state.thread_index() == 0) {
      state.PauseTiming();
      const auto all = expect(bench->store().inbox().read("bench", "", 100'000));
      expect(bench->store().inbox().trim("bench", all.back().resume_after));
      state.ResumeTiming();
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  if (state.thread_index() == 0) bench.reset();
}
BENCHMARK(append_to_inbox)->Arg(10)->Arg(1'000)->UseRealTime();
BENCHMARK(append_to_inbox)->Arg(1'000)->Threads(8)->UseRealTime();

}  // namespace
