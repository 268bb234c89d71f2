#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/sinks/sink.hpp"
#include "bellwether/store/catalog.hpp"

namespace bellwether::pipeline {

/// A sink as it is configured, and the means to send to it.
struct OpenSink {
  SinkSpec spec;
  std::unique_ptr<sinks::Sink> sink;
  std::string failure;  ///< Why there is no `sink`.
};

/// The sinks of the catalog, made. One is made anew when its own entry changed; one that could not
/// be made is tried again now and then, for what it lacks is mostly a file.
///
/// Threads  one caller at a time.
class SinkBook {
 public:
  SinkBook(const store::Catalog& catalog, sinks::SinkContext context);

  /// Looks whether anything changed; gives whether it did.
  bool refresh(TimePoint now);

  /// Shared with attempts under way, which outlive a change. None: no sink has this name.
  std::shared_ptr<OpenSink> find(const std::string& name) const;

  const std::map<std::string, std::shared_ptr<OpenSink>>& all() const { return sinks_; }

 private:
  std::shared_ptr<OpenSink> make(SinkSpec spec) const;

  const store::Catalog& catalog_;
  const sinks::SinkContext context_;
  std::map<std::string, std::shared_ptr<OpenSink>> sinks_;
  std::uint64_t revision_ = ~std::uint64_t{0};
  TimePoint try_again_at_{};
  bool lacks_any_ = false;
};

}  // namespace bellwether::pipeline
