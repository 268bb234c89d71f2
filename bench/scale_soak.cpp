// A detector of very many series over very many frames, through the real pipeline into a real
// store, or several side by side: how long frames take, what stays in memory, and how long a
// restart takes. Run by hand; started again on the same folder it goes on where it stopped.
//
//     scale_soak --data FOLDER [--detectors N] [--series N] [--frames N] [--threads N] [--every N]
//                [--budget MEGABYTES]

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "bellwether/store/chunk_maker.hpp"

#include "scale_stand.hpp"

namespace {

using namespace bellwether;  // NOLINT(google-build-using-namespace): a program of one file.

struct Options {
  std::string folder;
  std::size_t detectors = 1;
  std::size_t series = 1'000'000;  ///< Of each.
  std::size_t frames = 2'000;
  std::size_t threads = 1;
  std::size_t every = 50;
  std::size_t budget = 8'000;  ///< Megabytes for what all detectors hold.
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--data") options.folder = value;
    if (name == "--detectors") options.detectors = std::stoul(value);
    if (name == "--series") options.series = std::stoul(value);
    if (name == "--frames") options.frames = std::stoul(value);
    if (name == "--threads") options.threads = std::stoul(value);
    if (name == "--budget") options.budget = std::stoul(value);
    if (name == "--every") options.every = std::stoul(value);
  }
  return options;
}

double resident_gigabytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e9;
}

double disk_gigabytes(const std::string& folder) {
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::error_code gone;  // The store removes files whenever it has merged them.
    const auto size = std::filesystem::file_size(file.path(), gone);
    if (!gone) bytes += static_cast<double>(size);
  }
  return bytes / 1e9;
}

/// All detectors of one store, and what stands for the server around them: older frames become
/// chunks in the background.
class Soak {
 public:
  explicit Soak(const Options& options)
      : options_(options),
        store_(expect(store::Store::open({.path = options.folder}))),
        pool_(options.threads),
        memory_(options.budget * 1'000'000) {
    for (std::size_t i = 0; i < options.detectors; ++i)
      stands_.push_back(std::make_unique<ScaleStand>(*store_, pool_, options.series,
                                                     "scale-" + std::to_string(i), &memory_));
    chunks_ = std::make_unique<store::ChunkMaker>(store_->intervals(), [](const Error& error) {
      std::fprintf(stderr, "%s\n", error.message.c_str());
    });
  }

  std::uint64_t intervals() const { return stands_.front()->intervals(); }

  void catch_up() {
    for (const auto& stand : stands_) stand->catch_up();
  }

  /// The next hour of every detector, side by side.
  void process_next() {
    std::vector<FrameCost> costs(stands_.size());
    const Taken before = taken_so_far();
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < stands_.size(); ++i)
        threads.emplace_back([&, i] { costs[i] = stands_[i]->process_next(); });
      costs[0] = stands_[0]->process_next();
    }
    const Taken round = taken_so_far() - before;
    ++rounds_;
    all_ += round;
    worst_round_ = std::max(worst_round_, round.wall);
    for (const FrameCost& cost : costs) {
      until_commit_ += cost.until_commit().wall;
      worst_until_commit_ = std::max(worst_until_commit_, cost.until_commit().wall);
      stages_ += cost;
    }
  }

  static void print_head() {
    std::printf("%8s | %8s %8s | %8s %8s %8s | %8s %8s %8s %8s %8s | %7s %7s\n", "frame",
                "to comm.", "worst", "in all", "worst", "cpu", "aggreg.", "score", "commit",
                "refits", "checkpts", "RSS GB", "disk GB");
  }

  /// Means since the last time, of a round and, of stages, of processor time in one.
  void print_and_forget() {
    const auto n = static_cast<double>(rounds_);
    std::printf("%8llu | %8.3f %8.3f | %8.3f %8.3f %8.3f |",
                static_cast<unsigned long long>(intervals()),
                until_commit_ / n / static_cast<double>(stands_.size()), worst_until_commit_,
                all_.wall / n, worst_round_, all_.processor / n);
    for (const Taken& stage :
         {stages_.aggregate, stages_.score, stages_.commit, stages_.refits, stages_.checkpoints}) {
      // What several take at once is not told apart.
      if (stands_.size() == 1) std::printf(" %8.3f", stage.processor / n);
      if (stands_.size() > 1) std::printf(" %8s", "-");
    }
    std::printf(" | %7.3f %7.2f\n", resident_gigabytes(), disk_gigabytes(options_.folder));
    std::fflush(stdout);
    rounds_ = 0;
    all_ = {};
    worst_round_ = until_commit_ = worst_until_commit_ = 0;
    stages_ = {};
  }

 private:
  const Options& options_;
  std::unique_ptr<store::Store> store_;
  WorkerPool pool_;
  pipeline::MemoryBudget memory_;
  std::vector<std::unique_ptr<ScaleStand>> stands_;
  std::size_t rounds_ = 0;
  Taken all_;
  double worst_round_ = 0;
  double until_commit_ = 0;
  double worst_until_commit_ = 0;
  FrameCost stages_;
  std::unique_ptr<store::ChunkMaker> chunks_;  ///< Last: it uses the store.
};

void run(const Options& options) {
  const Taken begun = taken_so_far();
  Soak soak(options);
  const Taken opened = taken_so_far() - begun;
  std::printf("opened after %llu intervals in %.2f s (%.2f s of processor time)\n",
              static_cast<unsigned long long>(soak.intervals()), opened.wall, opened.processor);
  soak.catch_up();
  const Taken caught_up = taken_so_far() - begun - opened;
  std::printf("refits left over from then: %.2f s (%.2f s of processor time)\n", caught_up.wall,
              caught_up.processor);
  Soak::print_head();
  while (soak.intervals() < options.frames) {
    soak.process_next();
    if (soak.intervals() % options.every == 0 || soak.intervals() == options.frames)
      soak.print_and_forget();
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Options options = read_options(count, arguments);
    if (options.folder.empty()) {
      std::fputs(
          "scale_soak --data FOLDER [--detectors N] [--series N] [--frames N] [--threads N] "
          "[--every N] [--budget MEGABYTES]\n",
          stderr);
      return 1;
    }
    run(options);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 2;
  }
}
