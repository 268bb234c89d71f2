#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/ingest/source.hpp"
#include "bellwether/net/http_client.hpp"
#include "bellwether/net/s3_client.hpp"

#include "s3_rows.hpp"

namespace bellwether::ingest {

/// The service that a detector's S3 source reads: which one, as whom, and what lies there.
///
/// Threads  one caller.
class S3Access {
 public:
  /// `stop` ends whatever is waited for.
  S3Access(const DetectorSpec& spec, const S3SourceSpec& s3, const SourceContext& context,
           std::stop_token stop);

  /// The objects directly under the folder, in order of key, without those that only stand for a
  /// folder.
  ///
  /// Errors   invalid_input: more objects, bytes or pages than a listing may have, and the message
  ///          names the bound; overloaded: no room in the budget now.
  Result<S3Listing> list_folder(const S3Location& folder) const;

  /// The object of exactly this key or, where there is none, those of the folder of that name.
  Result<S3Listing> find(const S3Location& place) const;

  std::unique_ptr<S3Rows> read(const std::string& bucket, S3Listing listing,
                               std::optional<TimePoint> latest_allowed) const;

  const std::stop_token& stop() const { return stop_; }

 private:
  Result<void> add(net::S3Page page, S3Listing& listing) const;

  DetectorSpec spec_;
  S3SourceSpec s3_;
  std::stop_token stop_;
  // One source's shares: others go on beside one that uses its own up.
  mutable ByteBudget listing_bytes_;
  mutable ByteBudget part_bytes_;
  mutable net::HttpClient http_;  ///< Keeps connections; calling it changes nothing else.
  SystemClock wall_clock_;        ///< Services refuse what a replay's clock signs.
  net::S3Client client_;
};

}  // namespace bellwether::ingest
