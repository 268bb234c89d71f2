// A detector of very many series over very many frames, through the real pipeline into a real
// store: how long frames take, what stays in memory, and how long a restart takes. Run by hand;
// started again on the same folder it goes on where it stopped.
//
//     scale_soak --data FOLDER [--series N] [--frames N] [--threads N] [--every N]

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "scale_stand.hpp"

namespace {

using namespace bellwether;  // NOLINT(google-build-using-namespace): a program of one file.

struct Options {
  std::string folder;
  std::size_t series = 1'000'000;
  std::size_t frames = 2'000;
  std::size_t threads = 1;
  std::size_t every = 50;
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--data") options.folder = value;
    if (name == "--series") options.series = std::stoul(value);
    if (name == "--frames") options.frames = std::stoul(value);
    if (name == "--threads") options.threads = std::stoul(value);
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
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.is_regular_file()) bytes += static_cast<double>(file.file_size());
  return bytes / 1e9;
}

void run(const Options& options) {
  const Taken begun = taken_so_far();
  ScaleStand stand(options.folder, options.series, options.threads);
  const Taken opened = taken_so_far() - begun;
  std::printf("opened with %llu intervals of %zu series in %.2f s (%.2f s of processor time)\n",
              static_cast<unsigned long long>(stand.intervals()), stand.series_count(), opened.wall,
              opened.processor);
  std::printf("%8s | %8s %8s %8s | %8s %8s %8s | %8s %8s %8s %8s %8s | %7s %7s\n", "frame",
              "to comm.", "worst", "cpu", "in all", "worst", "cpu", "aggreg.", "score", "commit",
              "refits", "checkpts", "RSS GB", "disk GB");
  FrameCost sum;
  double worst_to_commit = 0;
  double worst = 0;
  std::size_t frames = 0;
  while (stand.intervals() < options.frames) {
    const FrameCost cost = stand.process_next();
    ++frames;
    worst_to_commit = std::max(worst_to_commit, cost.until_commit().wall);
    worst = std::max(worst, cost.all().wall);
    sum.aggregate += cost.aggregate;
    sum.score += cost.score;
    sum.commit += cost.commit;
    sum.refits += cost.refits;
    sum.checkpoints += cost.checkpoints;
    if (stand.intervals() % options.every != 0 && stand.intervals() != options.frames) continue;
    const auto n = static_cast<double>(frames);
    std::printf(
        "%8llu | %8.3f %8.3f %8.3f | %8.3f %8.3f %8.3f | %8.3f %8.3f %8.3f %8.3f %8.3f | %7.3f "
        "%7.2f\n",
        static_cast<unsigned long long>(stand.intervals()), sum.until_commit().wall / n,
        worst_to_commit, sum.until_commit().processor / n, sum.all().wall / n, worst,
        sum.all().processor / n, sum.aggregate.processor / n, sum.score.processor / n,
        sum.commit.processor / n, sum.refits.processor / n, sum.checkpoints.processor / n,
        resident_gigabytes(), disk_gigabytes(options.folder));
    std::fflush(stdout);
    sum = {};
    worst_to_commit = 0;
    worst = 0;
    frames = 0;
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Options options = read_options(count, arguments);
    if (options.folder.empty()) {
      std::fputs("scale_soak --data FOLDER [--series N] [--frames N] [--threads N] [--every N]\n",
                 stderr);
      return 1;
    }
    run(options);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 2;
  }
}
