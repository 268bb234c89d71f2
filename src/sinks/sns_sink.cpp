#include "sns_sink.hpp"

#include <utility>

#include "aws_answer.hpp"
#include "aws_place.hpp"
#include "sns_message.hpp"

namespace bellwether::sinks {

SnsSink::SnsSink(SnsSpec spec, net::AwsClient client, SinkContext context)
    : spec_(std::move(spec)), client_(std::move(client)), context_(std::move(context)) {}

SendOutcome SnsSink::send(const Notification& notification) {
  auto bodies = make_publish_bodies(notification, spec_, aws_names(context_));
  return sequence_.send(
      notification.delivery_id, bodies.size(), [&](std::size_t place) -> SendOutcome {
        const auto response = client_.post(
            "/", {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
            std::move(bodies[place]));
        if (!response) return {response.error(), std::nullopt};
        return aws_outcome_of(*response,
                              {.noun = "topic", .arn = spec_.topic_arn, .right = "sns:Publish"},
                              context_.clock.now());
      });
}

Result<std::unique_ptr<Sink>> make_sns_sink(const SnsSpec& spec, const SinkLimits& limits,
                                            const SinkContext& context) {
  auto client = make_aws_client(spec, spec.topic_arn, context.aws.sns_endpoint, limits, context);
  return std::make_unique<SnsSink>(spec, std::move(client), context);
}

}  // namespace bellwether::sinks
