#pragma once

#include "bellwether/document/node.hpp"
#include "bellwether/document/section.hpp"
#include "bellwether/domain/sink_spec.hpp"

namespace bellwether::document {

// One reader and one writer for the settings of each kind of sink, without what all sinks share.

WebhookSpec read_webhook(Section& section);
Node write_webhook(const WebhookSpec& webhook);

SnsSpec read_sns(Section& section);
Node write_sns(const SnsSpec& sns);

LambdaSpec read_lambda(Section& section);
Node write_lambda(const LambdaSpec& lambda);

EmailSpec read_email(Section& section);
Node write_email(const EmailSpec& email);

KafkaSinkSpec read_kafka_sink(Section& section);
Node write_kafka_sink(const KafkaSinkSpec& kafka);

}  // namespace bellwether::document
