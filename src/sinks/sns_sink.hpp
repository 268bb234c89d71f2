#pragma once

#include <memory>

#include "bellwether/net/aws_client.hpp"
#include "bellwether/sinks/sink.hpp"

#include "request_sequence.hpp"

namespace bellwether::sinks {

/// Publishes to a topic of an SNS-compatible service.
class SnsSink final : public Sink {
 public:
  SnsSink(SnsSpec spec, net::AwsClient client, SinkContext context);

  SendOutcome send(const Notification& notification) override;

 private:
  SnsSpec spec_;
  net::AwsClient client_;
  SinkContext context_;
  RequestSequence sequence_;
};

Result<std::unique_ptr<Sink>> make_sns_sink(const SnsSpec& spec, const SinkLimits& limits,
                                            const SinkContext& context);

}  // namespace bellwether::sinks
