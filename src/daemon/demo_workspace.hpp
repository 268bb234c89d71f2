#pragma once

#include <cstdint>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/lab/scenario.hpp"

namespace bellwether::daemon {

/// The demo's files, in a directory of their own that goes with it: rows, the webhook's secret and
/// the configuration a user would write.
class DemoWorkspace {
 public:
  /// Rows before `live_from` are there at once; `append_rows` brings the others.
  static Result<DemoWorkspace> make(const lab::Scenario& scenario, TimePoint live_from);

  DemoWorkspace(DemoWorkspace&& other) noexcept;
  DemoWorkspace& operator=(DemoWorkspace&&) = delete;
  DemoWorkspace(const DemoWorkspace&) = delete;
  DemoWorkspace& operator=(const DemoWorkspace&) = delete;
  ~DemoWorkspace();

  /// The configuration, as YAML.
  std::string config(std::uint16_t port, std::uint16_t receiver_port, TimePoint clock_start,
                     double speed, bool follow) const;

  /// Appends the rows up to `now`; false when there are no more.
  bool append_rows(TimePoint now);

  const std::string& secret() const { return secret_; }

 private:
  DemoWorkspace() = default;

  const lab::Scenario* scenario_ = nullptr;
  std::string directory_;
  std::string secret_;
  std::string text_;           ///< All rows as a file.
  std::size_t next_row_ = 0;   ///< First row not yet written.
  std::size_t next_byte_ = 0;  ///< Where it begins in `text_`.
};

}  // namespace bellwether::daemon
