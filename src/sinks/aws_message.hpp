#pragma once

#include <string>
#include <vector>

#include "bellwether/domain/aws_names.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

// A group as the AWS dialect sees it, whose groups hold one measure: what its JSON and its texts
// have in common.

/// AWS shows no more than these, whatever the group holds.
inline constexpr std::size_t max_aws_series = 3;

/// The measure the group passed the alert with; its primary one where that is not noted.
const std::string& measure_of(const Notification& notification);

/// Of the measure, to two decimals; of the group where the measure's is not known.
double aws_score(const Notification& notification);

/// The most severe series of the measure, at most `max_aws_series`.
std::vector<const GroupSeries*> relevant_series(const Notification& notification);

std::string aws_group_id(const Notification& notification);

/// The console's page of the group.
std::string aws_group_url(const Notification& notification, const AwsNames& names);

}  // namespace bellwether::sinks
