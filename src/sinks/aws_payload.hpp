#pragma once

#include <string>
#include <vector>

#include "bellwether/domain/aws_names.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

/// The JSON that Amazon Lookout for Metrics sent to topics of format JSON and to functions, about
/// the notification's own group; of a batch the others are told separately (`each_group`). A sample
/// that someone asked for has one more member, `"test": true`.
///
/// Units    contributions in whole percent that sum to 100; those that come to none are left out.
///          A value that is missing, as of a series that stopped, is 0, since receivers want
///          numbers.
/// Source   docs/formats/aws_messages.md.
std::string make_aws_payload(const Notification& notification, const AwsNames& names);

/// Rounds percentages that sum to 100 to whole ones that do: those that lose most by it are rounded
/// up, the earlier one on a tie.
std::vector<int> whole_percents(const std::vector<ValueContribution>& values);

}  // namespace bellwether::sinks
