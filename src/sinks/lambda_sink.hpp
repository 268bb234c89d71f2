#pragma once

#include <memory>

#include "bellwether/net/aws_client.hpp"
#include "bellwether/sinks/sink.hpp"

#include "request_sequence.hpp"

namespace bellwether::sinks {

/// Invokes a function of a Lambda-compatible service with the payload of a notification as its
/// event; for a batch once for each group. The service takes the event and runs the function later,
/// so what comes of it is the function's own affair.
class LambdaSink final : public Sink {
 public:
  LambdaSink(LambdaSpec spec, net::AwsClient client, SinkContext context);

  SendOutcome send(const Notification& notification) override;

 private:
  LambdaSpec spec_;
  net::AwsClient client_;
  SinkContext context_;
  RequestSequence sequence_;
};

Result<std::unique_ptr<Sink>> make_lambda_sink(const LambdaSpec& spec, const SinkLimits& limits,
                                               const SinkContext& context);

}  // namespace bellwether::sinks
