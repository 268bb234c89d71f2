#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/sink_spec.hpp"
#include "bellwether/net/http_client.hpp"

namespace bellwether::sinks {

/// How one attempt to deliver ended.
struct SendOutcome {
  Result<void> result;  ///< unavailable, overloaded: worth another try. Any other: final.
  std::optional<Duration> retry_after;  ///< What the receiver asked for.
};

/// Where deliveries go. One attempt only; patience lives in the dispatcher.
///
/// Threads  `send` may be called from several threads at once.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual SendOutcome send(const Notification& notification) = 0;
};

/// What every sink is made with. All of it outlives the sink.
struct SinkContext {
  net::HttpClient& http;
  const Clock& clock;
  std::string public_url;  ///< Base of the links in messages, without a slash at the end.
  AwsDefaults aws;         ///< For sinks that do not say otherwise, and in names of resources.
  std::stop_token stop{};  ///< Ends attempts under way within a second or so.
};

/// Makes the sink a spec describes; its secret is read now.
///
/// Errors   invalid_input: the secret's file or variable cannot be read.
Result<std::unique_ptr<Sink>> make_sink(const SinkSpec& spec, const SinkContext& context);

/// Problems of a target that only its library could show, their fields below the sink.
Problems validate_target(const SinkTarget& target);

}  // namespace bellwether::sinks
