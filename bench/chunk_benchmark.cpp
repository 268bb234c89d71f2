// What a year of hourly data costs on disk and to read, once it is in chunks: counters and money of
// two decimals with seasons of a day and a week, scored by the real engine.
//
// CHUNK_BENCH_SERIES says how many series (1024).

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"
#include "bellwether/store/store.hpp"

#include "store/chunk_codec.hpp"
#include "store/database.hpp"
#include "store/detector_keys.hpp"

namespace {

using namespace bellwether;  // NOLINT(google-build-using-namespace): a program of one file.
namespace fs = std::filesystem;

constexpr IntervalIndex year = 8760;
constexpr double turn = 6.283185307179586;

template <class T>
T expect(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void expect(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

std::size_t series_count() {
  const char* text = std::getenv("CHUNK_BENCH_SERIES");
  return text != nullptr ? std::strtoul(text, nullptr, 10) : 1024;
}

/// Counters (every even series) and sums of money, at levels from 20 to 10,000 an hour.
class Shop final : public detect::History {
 public:
  Shop(std::size_t series, IntervalIndex intervals) : columns_(series) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> normal;
    for (std::size_t s = 0; s < series; ++s) {
      const double level = 20 * std::pow(500.0, static_cast<double>(s / 2 % 16) / 15);
      double drift = 0;
      for (IntervalIndex i = 0; i < intervals; ++i) {
        const double hour = turn * (static_cast<double>(i % 24) / 24) + static_cast<double>(s) / 10;
        const double week = i / 24 % 7 >= 5 ? 0.75 : 1;
        drift = 0.999 * drift + 0.002 * normal(random);
        const double mean =
            level * week * (1 + 0.45 * std::sin(hour) + 0.1 * std::sin(2 * hour)) * std::exp(drift);
        columns_[s].push_back(
            s % 2 == 0 ? static_cast<double>(std::poisson_distribution<long>(mean)(random))
                       : std::round(mean * 100 * std::exp(0.05 * normal(random))) / 100);
      }
    }
  }

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override {
    auto at = values.begin();
    for (std::size_t s = 0; s < range.series_count; ++s)
      for (auto i = range.from; i < range.to; ++i)
        *at++ =
            i < 0 || range.first_series + s >= columns_.size()
                ? std::numeric_limits<float>::quiet_NaN()
                : static_cast<float>(columns_[range.first_series + s][static_cast<std::size_t>(i)]);
    return ok();
  }

  void fill(Frame& frame, IntervalIndex interval) const {
    frame.interval = interval;
    frame.start = TimePoint(std::chrono::hours(interval));
    frame.series_count = columns_.size();
    frame.measures.resize(1);
    frame.measures[0].values.clear();
    for (const auto& column : columns_)
      frame.measures[0].values.push_back(column[static_cast<std::size_t>(interval)]);
  }

  const std::vector<double>& column(std::size_t series) const { return columns_[series]; }

 private:
  std::vector<std::vector<double>> columns_;
};

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// A store with a year of the shop's data, all of it in chunks but the newest weeks.
class Year {
 public:
  Year() : shop_(series_count(), year) {
    std::string path = (fs::temp_directory_path() / "chunk-bench-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = path;
    auto store = open();
    commit_all(*store);
    const double before = processor_seconds();
    while (expect(store->intervals().make_chunks("shop"))) {
    }
    making_seconds_ = processor_seconds() - before;
    store.reset();
    measure_chunks();
    write_bare_file();
  }
  ~Year() { fs::remove_all(path_); }
  Year(const Year&) = delete;
  Year& operator=(const Year&) = delete;

  std::unique_ptr<store::Store> open() const {
    return expect(store::Store::open({.path = path_ + "/data"}));
  }

  /// Asks the system to forget the files it has in memory.
  void forget_files() const {
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      const int file = ::open(entry.path().c_str(), O_RDONLY);
      if (file < 0) continue;
      fdatasync(file);
      posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
      close(file);
    }
  }

  std::string bare_path() const { return path_ + "/bare"; }
  double making_seconds() const { return making_seconds_; }
  double chunk_bytes() const { return chunk_bytes_; }
  double chunk_points() const { return chunk_points_; }
  /// Bytes per point of counters and of money: values, and what was expected with its bounds and
  /// severity.
  std::array<std::array<double, 2>, 2> parts() const { return parts_; }

 private:
  void commit_all(store::Store& store) {
    Dictionary dictionary({"product"});
    Dictionary::Size before;
    for (std::size_t s = 0; s < series_count(); ++s) {
      const ValueId id = dictionary.add_value(0, "product-" + std::to_string(s));
      dictionary.add_series({&id, 1});
    }
    WorkerPool pool(2);
    detect::Engine engine({.interval = std::chrono::hours(1)}, pool);
    Frame frame;
    for (IntervalIndex i = 0; i < year; ++i) {
      shop_.fill(frame, i);
      const ScoredFrame* scored = expect(engine.score_and_refit(frame, shop_));
      expect(store.intervals().commit({.detector = "shop",
                                       .frame = frame,
                                       .scored = *scored,
                                       .quality = {},
                                       .position = {},
                                       .dictionary = dictionary,
                                       .dictionary_before = before,
                                       .is_synced = false}));
      before = dictionary.extent();
    }
  }

  /// From the records themselves: keys and all of the chunks that are there.
  void measure_chunks() {
    const auto database =
        expect(store::Database::open(path_ + "/data", store::Database::Access::read_only));
    std::array<double, 2> points{};
    auto cursor = database->scan(store::Family::chunks, {});
    for (; cursor.valid(); cursor.next()) {
      chunk_bytes_ += static_cast<double>(cursor.key().size() + cursor.value().size());
      if (store::read_chunk_key(cursor.key()).column == 0) continue;
      const auto view = expect(store::ChunkView::open(cursor.value()));
      for (std::size_t s = 0; s < view.series_count(); ++s) {
        const auto [values, scores] = view.part_bytes(s);
        points[s % 2] += static_cast<double>(view.place_count());
        parts_[s % 2][0] += static_cast<double>(values);
        parts_[s % 2][1] += static_cast<double>(scores);
      }
    }
    expect(cursor.status());
    chunk_points_ = points[0] + points[1];
    for (std::size_t kind = 0; kind < 2; ++kind)
      for (double& part : parts_[kind]) part /= points[kind];
  }

  /// One series as a bare program would keep it: 24 bytes per point, in a row.
  void write_bare_file() const {
    std::ofstream file(bare_path(), std::ios::binary);
    for (int column = 0; column < 3; ++column)
      file.write(reinterpret_cast<const char*>(shop_.column(0).data()),
                 static_cast<std::streamsize>(year * 8));
  }

  Shop shop_;
  std::string path_;
  double making_seconds_ = 0;
  double chunk_bytes_ = 0;
  double chunk_points_ = 0;
  std::array<std::array<double, 2>, 2> parts_{};
};

const Year& a_year() {
  static const Year made;
  return made;
}

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// Reads the bare file: the least that a year of one series can cost.
double read_bare(const Year& stored) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<double> numbers(static_cast<std::size_t>(year) * 3);
  const int file = ::open(stored.bare_path().c_str(), O_RDONLY);
  const auto got = ::read(file, numbers.data(), numbers.size() * sizeof(double));
  ::close(file);
  if (got != static_cast<ssize_t>(numbers.size() * sizeof(double)))
    throw std::runtime_error("the bare file is short");
  double sum = 0;
  for (const double number : numbers) sum += number;
  benchmark::DoNotOptimize(sum);
  return milliseconds_since(begin);
}

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

// One read per opened store, whose block cache is empty. With an argument of 1 the system is asked
// to forget the files too, so that they come from the disk.
void read_a_year_cold(benchmark::State& state) {
  const Year& stored = a_year();
  stored.open();  // What a log holds is in files from here on.
  SeriesIndex series = 0;
  std::vector<double> wall;
  std::vector<double> work;
  std::vector<double> bare;
  for (auto _ : state) {
    const auto store = stored.open();
    if (state.range(0) == 1) stored.forget_files();
    series = static_cast<SeriesIndex>((series + 389) % series_count());
    const auto begin = std::chrono::steady_clock::now();
    const double work_before = thread_seconds();
    const auto points = expect(store->intervals().read_points("shop", 0, series, 0, 16 * 512));
    work.push_back(1e3 * (thread_seconds() - work_before));
    wall.push_back(milliseconds_since(begin));
    state.SetIterationTime(wall.back() / 1e3);
    if (points.values.size() != 16 * 512) throw std::runtime_error("a year is not whole");
    bare.push_back(read_bare(stored));
  }
  state.counters["median_ms"] = median(wall);
  state.counters["processor_ms"] = median(work);
  state.counters["bare_ms"] = median(bare);
}
BENCHMARK(read_a_year_cold)
    ->ArgName("from_disk")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(60)
    ->Unit(benchmark::kMillisecond);

void read_a_year_warm(benchmark::State& state) {
  const auto store = a_year().open();
  SeriesIndex series = 0;
  for (auto _ : state) {
    series = static_cast<SeriesIndex>((series + 1) % 64);
    const auto points = expect(store->intervals().read_points("shop", 0, series, 0, 16 * 512));
    benchmark::DoNotOptimize(points.values.data());
  }
  state.counters["bare_ms"] = read_bare(a_year());
}
BENCHMARK(read_a_year_warm)->UseRealTime()->Unit(benchmark::kMillisecond);

// As a refit reads them.
void read_values_of_a_block(benchmark::State& state) {
  const auto store = a_year().open();
  std::vector<float> values(64 * 8192);
  SeriesIndex series = 0;
  for (auto _ : state) {
    series = static_cast<SeriesIndex>((series + 64) % series_count());
    expect(store->intervals().read_values("shop", 0, series, 64, 0, 8192, values));
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * 64 * 8192);
}
BENCHMARK(read_values_of_a_block)->UseRealTime()->Unit(benchmark::kMillisecond);

void sizes(benchmark::State& state) {
  const Year& stored = a_year();
  for (auto _ : state) benchmark::DoNotOptimize(stored.chunk_bytes());
  const auto parts = stored.parts();
  state.counters["bytes_per_point"] = stored.chunk_bytes() / stored.chunk_points();
  state.counters["of_24_bare"] = stored.chunk_bytes() / stored.chunk_points() / 24;
  state.counters["counter_value"] = parts[0][0];
  state.counters["counter_band"] = parts[0][1];
  state.counters["money_value"] = parts[1][0];
  state.counters["money_band"] = parts[1][1];
  state.counters["making_us_per_point"] = 1e6 * stored.making_seconds() / stored.chunk_points();
}
BENCHMARK(sizes)->Iterations(1);

}  // namespace
