#include "lambda_sink.hpp"

#include <utility>

#include "bellwether/base/percent_encoding.hpp"

#include "aws_answer.hpp"
#include "aws_payload.hpp"
#include "aws_place.hpp"
#include "batch.hpp"

namespace bellwether::sinks {

LambdaSink::LambdaSink(LambdaSpec spec, net::AwsClient client, SinkContext context)
    : spec_(std::move(spec)), client_(std::move(client)), context_(std::move(context)) {}

SendOutcome LambdaSink::send(const Notification& notification) {
  const auto all = each_group(notification);
  const std::string target =
      "/2015-03-31/functions/" + percent_encode(spec_.function_arn) + "/invocations";
  return sequence_.send(
      notification.delivery_id, all.size(), [&](std::size_t place) -> SendOutcome {
        const auto response = client_.post(
            target, {{"content-type", "application/json"}, {"x-amz-invocation-type", "Event"}},
            make_aws_payload(all[place], aws_names(context_)));
        if (!response) return {response.error(), std::nullopt};
        return aws_outcome_of(
            *response,
            {.noun = "function", .arn = spec_.function_arn, .right = "lambda:InvokeFunction"},
            context_.clock.now());
      });
}

Result<std::unique_ptr<Sink>> make_lambda_sink(const LambdaSpec& spec, const SinkLimits& limits,
                                               const SinkContext& context) {
  auto client =
      make_aws_client(spec, spec.function_arn, context.aws.lambda_endpoint, limits, context);
  return std::make_unique<LambdaSink>(spec, std::move(client), context);
}

}  // namespace bellwether::sinks
