#include "bellwether/domain/s3_source_spec.hpp"

#include <algorithm>

#include "bellwether/domain/path_template.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<S3Addressing, 3> addressings{{{S3Addressing::automatic, "auto"},
                                                  {S3Addressing::path, "path"},
                                                  {S3Addressing::virtual_host, "virtual_host"}}};

constexpr std::string_view location_form = "must be as s3://bucket/folder/";

bool is_bucket_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

void check_location(std::string field, std::string_view text, Problems& problems) {
  if (auto location = parse_s3_location(text); !location)
    problems.push_back({std::move(field), location.error().message, 0, 0});
}

void check_path(const S3SourceSpec& s3, Problems& problems) {
  if (s3.path.empty() && s3.historical.empty())
    problems.push_back({"s3.path",
                        "must be a path such as s3://bucket/live/{{yyyyMMdd}}/{{HHmm}}/, or give "
                        "historical",
                        0, 0});
  if (s3.path.empty()) return;
  check_location("s3.path", s3.path, problems);
  if (auto path = PathTemplate::compile(s3.path); !path)
    problems.push_back({"s3.path", path.error().message, 0, 0});
}

void check_service(const S3SourceSpec& s3, Problems& problems) {
  const std::string& url = s3.endpoint;
  const bool is_url = url.starts_with("http://") || url.starts_with("https://");
  if (!url.empty() && !is_url)
    problems.push_back({"s3.endpoint", "must begin with http:// or https://", 0, 0});
  if (is_url && url.find_first_of("/?#", url.find("://") + 3) < url.size() - 1)
    problems.push_back({"s3.endpoint", "must be scheme, host and port alone", 0, 0});
  if (s3.anonymous && s3.credentials.is_set())
    problems.push_back({"s3.anonymous", "has no use for credentials: leave one of them out", 0, 0});
}

/// Where to, and as whom, is the connection's to say.
void check_connection_alone(const S3SourceSpec& s3, Problems& problems) {
  const auto refuse = [&](bool is_given, const char* field) {
    if (is_given) problems.push_back({field, "is the connection's; leave it out", 0, 0});
  };
  refuse(!s3.endpoint.empty(), "s3.endpoint");
  refuse(!s3.region.empty(), "s3.region");
  refuse(s3.addressing != S3Addressing::automatic, "s3.addressing");
  refuse(s3.credentials.is_set(), "s3.credentials");
  refuse(s3.anonymous, "s3.anonymous");
  refuse(!s3.ca_file.empty(), "s3.ca_file");
}

void check_limits(const S3SourceSpec& s3, Problems& problems) {
  constexpr std::uint64_t smallest_part = 64U << 10U;
  constexpr std::uint64_t largest_part = 64U << 20U;
  constexpr std::uint64_t most_requests = 32;
  constexpr std::uint64_t most_intervals = 10'000'000;
  if (s3.historical_intervals == 0 || s3.historical_intervals > most_intervals)
    problems.push_back({"s3.historical_intervals", "must be from 1 to 10000000", 0, 0});
  if (s3.give_up_after < Duration(0))
    problems.push_back({"s3.give_up_after", "must not be less than zero", 0, 0});
  if (s3.part_bytes < smallest_part || s3.part_bytes > largest_part)
    problems.push_back({"s3.part_bytes", "must be from 65536 to 67108864", 0, 0});
  if (s3.parallel_requests == 0 || s3.parallel_requests > most_requests)
    problems.push_back({"s3.parallel_requests", "must be from 1 to 32", 0, 0});
}

}  // namespace

std::string_view to_string(S3Addressing addressing) { return name_in(addressings, addressing); }
std::optional<S3Addressing> parse_s3_addressing(std::string_view text) {
  return value_in(addressings, text);
}

Problems validate(const S3SourceSpec& s3) {
  Problems problems;
  check_path(s3, problems);
  for (std::size_t i = 0; i < s3.historical.size(); ++i)
    check_location("s3.historical[" + std::to_string(i) + "]", s3.historical[i], problems);
  check_service(s3, problems);
  if (!s3.connection.empty()) check_connection_alone(s3, problems);
  if (s3.lookback)
    for (auto& problem : validate("s3.lookback", *s3.lookback))
      problems.push_back(std::move(problem));
  check_limits(s3, problems);
  for (auto& problem : validate("s3.format", s3.format)) problems.push_back(std::move(problem));
  return problems;
}

Duration give_up_after(const S3SourceSpec& s3, Duration interval) {
  if (s3.give_up_after > Duration(0)) return s3.give_up_after;
  return std::min<Duration>(interval / 2, std::chrono::minutes(10));
}

Result<S3Location> parse_s3_location(std::string_view text) {
  constexpr std::string_view scheme = "s3://";
  if (!text.starts_with(scheme))
    return invalid_input(std::string(location_form) + ", not '" + std::string(text) + "'");
  text.remove_prefix(scheme.size());
  const std::size_t slash = std::min(text.find('/'), text.size());
  S3Location location{.bucket = std::string(text.substr(0, slash)),
                      .key = std::string(text.substr(std::min(slash + 1, text.size())))};
  if (!is_bucket_name(location.bucket))
    return invalid_input("'" + location.bucket +
                         "' is no bucket name: 3 to 63 letters, digits, dots, - and _; it " +
                         std::string(location_form));
  return location;
}

}  // namespace bellwether
