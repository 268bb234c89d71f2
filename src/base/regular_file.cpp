#include "bellwether/base/regular_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bellwether {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

Error failure() { return invalid_input(std::strerror(errno)); }

}  // namespace

Result<std::string> read_regular_file(const std::string& path, std::size_t most_bytes) {
  struct stat facts {};
  // Before it is opened too: to open a device may do something.
  if (::stat(path.c_str(), &facts) != 0) return failure();
  const Error no_file = invalid_input("is no regular file");
  if (!S_ISREG(facts.st_mode)) return no_file;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0 || ::fstat(file.number(), &facts) != 0) return failure();
  if (!S_ISREG(facts.st_mode)) return no_file;
  std::string text(most_bytes + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t count = ::read(file.number(), text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure();
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  if (length > most_bytes)
    return invalid_input("is longer than " + std::to_string(most_bytes) + " bytes");
  text.resize(length);
  return text;
}

}  // namespace bellwether
