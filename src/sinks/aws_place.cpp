#include "aws_place.hpp"

#include <algorithm>

namespace bellwether::sinks {

std::string_view arn_field(std::string_view arn, int field) {
  for (; field > 0; --field) arn.remove_prefix(std::min(arn.find(':'), arn.size() - 1) + 1);
  return arn.substr(0, arn.find(':'));
}

AwsNames aws_names(const SinkContext& context) {
  return {.region = context.aws.region,
          .account = context.aws.account,
          .console_url = context.public_url};
}

}  // namespace bellwether::sinks
