#pragma once

#include <map>
#include <mutex>
#include <string>

namespace bellwether {

/// Which parts of the house are ready, as they say themselves; `/readyz` shows it.
///
/// Threads  any.
class Health {
 public:
  struct Part {
    bool ready = false;
    std::string detail;  ///< Why not, or a fact worth seeing.
  };

  void report(const std::string& part, bool ready, std::string detail = "");
  void forget(const std::string& part);
  std::map<std::string, Part> parts() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Part> parts_;
};

}  // namespace bellwether
