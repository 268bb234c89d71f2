// One interval of a million series, leaves only, one measure, from its rows to the durable batch:
// the real aggregator, pipeline and store, with what each stage takes. Beside it, in the same run,
// what the same number of bytes costs when they are only copied and written to the disk.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "scale_stand.hpp"

namespace {

using namespace bellwether;  // NOLINT(google-build-using-namespace): a program of one file.

/// A folder that goes with the benchmark.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "interval-bench-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = path;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Copies as many bytes and writes them, as durable as a commit.
Taken copy_and_write(const std::string& path, std::size_t bytes) {
  const std::vector<char> from(bytes, 'x');
  std::vector<char> to(bytes);
  const Taken before = taken_so_far();
  std::memcpy(to.data(), from.data(), bytes);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) throw std::runtime_error("no file");
  for (std::size_t done = 0; done < bytes;) {
    const auto written = write(file, to.data() + done, bytes - done);
    if (written <= 0) throw std::runtime_error("cannot write");
    done += static_cast<std::size_t>(written);
  }
  fdatasync(file);
  close(file);
  return taken_so_far() - before;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void take_an_interval(benchmark::State& state) {
  const Folder folder;
  const auto store = expect(store::Store::open({.path = folder / "data"}));
  WorkerPool pool(2);
  ScaleStand stand(*store, pool, static_cast<std::size_t>(state.range(0)));
  for (int i = 0; i < 3; ++i) stand.process_next();  // The dictionary goes with the first.
  std::vector<double> walls;
  std::vector<double> processors;
  FrameCost sum;
  Taken bare;
  for (auto _ : state) {
    const FrameCost cost = stand.process_next();
    walls.push_back(cost.until_commit().wall);
    processors.push_back(cost.until_commit().processor);
    state.SetIterationTime(cost.until_commit().wall);
    sum += cost;
    bare += copy_and_write(folder / "bare", cost.frame_bytes);
  }
  const auto frames = static_cast<double>(state.iterations());
  const auto show = [&](const std::string& name, const Taken& taken) {
    state.counters[name + "_s"] = taken.wall / frames;
    state.counters[name + "_cpu"] = taken.processor / frames;
  };
  show("aggregate", sum.aggregate);
  show("score", sum.score);
  show("commit", sum.commit);
  show("checkpoints", sum.checkpoints);
  show("bare", bare);
  state.counters["median_s"] = median(walls);
  state.counters["median_cpu"] = median(processors);
  state.counters["least_s"] = *std::ranges::min_element(walls);
  state.counters["worst_s"] = *std::ranges::max_element(walls);
  state.counters["times_bare"] = median(walls) / (bare.wall / frames);
  state.counters["checkpoint_mb"] = static_cast<double>(sum.checkpoint_bytes) / frames / 1e6;
  const Taken restart = stand.restart();
  state.counters["restart_s"] = restart.wall;
  state.counters["restart_cpu"] = restart.processor;
}
BENCHMARK(take_an_interval)
    ->ArgName("series")
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(12)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
