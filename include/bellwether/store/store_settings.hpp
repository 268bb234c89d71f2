#pragma once

#include <cstdint>
#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::store {

struct StoreSettings {
  std::string path = "./data";
  Duration retention{std::chrono::days(400)};
  std::uint64_t inbox_bytes = 256ULL << 20U;  ///< Pushed rows of one detector that may wait.

  bool operator==(const StoreSettings&) const = default;
};

Problems validate(const StoreSettings& settings);

}  // namespace bellwether::store
