#include "bellwether/domain/aws_sink_spec.hpp"

#include "bellwether/domain/endpoint.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<SnsFormat, 3> sns_format_names{{{SnsFormat::json, "json"},
                                                    {SnsFormat::long_text, "long_text"},
                                                    {SnsFormat::short_text, "short_text"}}};

/// `arn:<partition>:<service>:<region>:<account>:<name>`; the name may hold colons.
bool is_arn_of(std::string_view text, std::string_view service) {
  if (!text.starts_with("arn:")) return false;
  std::size_t begin = 4;
  for (int field = 1; field <= 4; ++field) {
    const auto end = text.find(':', begin);
    if (end == std::string_view::npos || end == begin) return false;
    if (field == 2 && text.substr(begin, end - begin) != service) return false;
    begin = end + 1;
  }
  return begin < text.size();
}

void check_call(const std::string& section, const std::string& endpoint, Duration timeout,
                Problems& problems) {
  if (!endpoint.empty()) check_url(problems, section + ".endpoint", endpoint, "give credentials");
  if (timeout <= Duration(0))
    problems.push_back({section + ".timeout", "must be longer than zero", 0, 0});
}

}  // namespace

std::string_view to_string(SnsFormat format) { return name_in(sns_format_names, format); }
std::optional<SnsFormat> parse_sns_format(std::string_view text) {
  return value_in(sns_format_names, text);
}

Problems validate(const SnsSpec& sns) {
  Problems problems;
  if (!is_arn_of(sns.topic_arn, "sns"))
    problems.push_back(
        {"sns.topic_arn", "must be like arn:aws:sns:us-east-1:000000000000:topic", 0, 0});
  check_call("sns", sns.endpoint, sns.timeout, problems);
  return problems;
}

Problems validate(const LambdaSpec& lambda) {
  Problems problems;
  if (!is_arn_of(lambda.function_arn, "lambda"))
    problems.push_back({"lambda.function_arn",
                        "must be like arn:aws:lambda:us-east-1:000000000000:function:name", 0, 0});
  check_call("lambda", lambda.endpoint, lambda.timeout, problems);
  return problems;
}

}  // namespace bellwether
