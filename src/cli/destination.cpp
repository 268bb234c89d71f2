#include "destination.hpp"

#include <fstream>
#include <utility>

namespace bellwether::cli {

Result<Destination> Destination::open(const std::string& path, std::ostream& standard_output) {
  if (path == "-") return Destination(path, nullptr, &standard_output);
  auto file = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::trunc);
  if (!*file) return invalid_input("cannot write to '" + path + "'");
  auto* stream = file.get();
  return Destination(path, std::move(file), stream);
}

Destination::Destination(std::string path, std::unique_ptr<std::ostream> file, std::ostream* stream)
    : path_(std::move(path)), file_(std::move(file)), stream_(stream) {}

Result<void> Destination::finish() {
  stream_->flush();
  if (stream_->good()) return ok();
  return unavailable("writing to '" + path_ + "' failed: is the disk full?");
}

}  // namespace bellwether::cli
