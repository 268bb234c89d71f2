#pragma once

#include <memory>

#include "bellwether/api/api_server.hpp"

#include "operations/alert_book.hpp"
#include "operations/detector_book.hpp"
#include "operations/row_intake.hpp"
#include "operations/series_directory.hpp"
#include "rate_limiter.hpp"
#include "route.hpp"

namespace bellwether::api::native {

/// What the operations of the native dialect share.
struct NativeContext {
  explicit NativeContext(const ApiContext& context)
      : api(context),
        detectors(context.store, context.wall_clock, context.allow_paths, context.max_detectors),
        alerts(context.store, context.wall_clock, context.alert_limits),
        rows(context.store, context.clock, context.wall_clock),
        series(context.store) {}

  ApiContext api;
  DetectorBook detectors;
  AlertBook alerts;
  RowIntake rows;
  SeriesDirectory series;
  /// Each test is a mail, a message or a call to someone: so many a minute, by alert.
  static constexpr double tests_per_minute = 5;
  RateLimiter tests{tests_per_minute / 60, tests_per_minute};
};

/// Shared by the handlers of all routes, which may be copied.
using Context = std::shared_ptr<NativeContext>;

// One maker per resource; each route's table says what the operation takes and gives.
Routes detector_routes(const Context& context);
Routes row_routes(const Context& context);
Routes firehose_routes(const Context& context);
Routes prometheus_routes(const Context& context);
Routes series_routes(const Context& context);
Routes anomaly_routes(const Context& context);
Routes alert_routes(const Context& context);
Routes silence_routes(const Context& context);
Routes acknowledgement_routes(const Context& context);
Routes trace_routes(const Context& context);
Routes audit_routes(const Context& context);
Routes delivery_routes(const Context& context);
Routes server_routes(const Context& context);

}  // namespace bellwether::api::native
