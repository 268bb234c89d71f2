#pragma once

#include <map>
#include <mutex>
#include <string>

namespace bellwether {

/// Which parts of the server are ready, as they say themselves; `/readyz` shows it.
///
/// The server is ready when its essential parts are: the store, the catalog and the API. How single
/// detectors and sinks are is detail: what one of them lacks does not keep the others from work.
///
/// Threads  any.
class Health {
 public:
  struct Part {
    bool ready = false;
    std::string detail;  ///< Why not, or a fact worth seeing.
    bool is_essential = true;
  };

  /// How an essential part is.
  void report(const std::string& part, bool ready, std::string detail = "");

  /// How a part is that the server is ready without.
  void report_detail(const std::string& part, bool ready, std::string detail = "");

  void forget(const std::string& part);
  std::map<std::string, Part> parts() const;

  /// Whether all essential parts are ready.
  bool is_ready() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Part> parts_;
};

}  // namespace bellwether
