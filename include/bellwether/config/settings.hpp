#pragma once

#include <vector>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/log.hpp"
#include "bellwether/config/aws_settings.hpp"
#include "bellwether/config/clock_settings.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/connection_spec.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/pipeline/memory_settings.hpp"
#include "bellwether/store/store_settings.hpp"

namespace bellwether::config {

/// Everything one configuration file says.
struct Settings {
  api::ApiSettings server;
  store::StoreSettings store;
  ClockSettings clock;
  LogSettings log;
  pipeline::MemorySettings memory;
  AwsSettings aws;
  AlertLimits alert_limits;
  std::vector<ConnectionSpec> connections;
  std::vector<DetectorSpec> detectors;
  std::vector<SinkSpec> sinks;
  std::vector<AlertSpec> alerts;
};

}  // namespace bellwether::config
