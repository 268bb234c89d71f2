#pragma once

#include <map>
#include <string>
#include <string_view>

#include "bellwether/domain/anomaly_group.hpp"

#include "news.hpp"

namespace bellwether::sinks {

// Sentences and words for people, the same in every format. Plain text, on one line each.

/// How alarming a severity is: `critical` from 90, `error` from 70, `warning` from 50, else `info`.
std::string_view severity_word(double severity);

/// At most one decimal: `77.3`, `80`.
std::string severity_text(double severity);

/// At most six digits and no exponent where it can be helped: `240.5`, `1.25e+09`.
std::string number_text(double value);

/// `category=jewellery, marketplace=CA`, or `everything` for no dimension.
std::string dimensions_text(const std::map<std::string, std::string>& dimensions);

/// `Anomaly in revenue of ecommerce, severity 77.3`, or what became of it.
std::string headline(const News& news, const std::string& detector);

/// The series, its value and what was expected:
/// `category=jewellery, marketplace=CA: 12, expected 240.5 (201 to 280)`.
std::string series_text(const GroupSeries& series);

/// `marketplace=CA explains 93.1 % of revenue`
std::string root_cause_text(const RootCause& cause);

/// The address of a group for people; empty where we do not know our own.
std::string group_link(const std::string& public_url, const AnomalyGroup& group);

}  // namespace bellwether::sinks
