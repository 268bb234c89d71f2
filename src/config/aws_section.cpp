#include "aws_section.hpp"

#include <algorithm>
#include <array>

#include "bellwether/document/secret_section.hpp"
#include "bellwether/domain/endpoint.hpp"

namespace bellwether::config {

using document::Section;

Problems validate(const AwsSettings& settings) {
  Problems problems;
  if (settings.region.empty())
    problems.push_back({"region", "must name a region, such as us-east-1", 0, 0});
  const auto& account = settings.account;
  if (account.size() != 12 || account.find_first_not_of("0123456789") != std::string::npos)
    problems.push_back({"account", "must be 12 digits, in quotes", 0, 0});
  const std::array endpoints{std::pair{"s3_endpoint", &settings.s3_endpoint},
                             std::pair{"sns_endpoint", &settings.sns_endpoint},
                             std::pair{"lambda_endpoint", &settings.lambda_endpoint}};
  for (const auto& [field, url] : endpoints)
    if (!url->empty()) check_url(problems, field, *url, "give aws.credentials");
  return problems;
}

Problems validate(const AccessKey& key) {
  Problems problems;
  if (key.id.empty()) problems.push_back({"id", "must be the id of the access key", 0, 0});
  if (!key.secret.is_set())
    problems.push_back({"secret_file", "is missing; give secret_file or secret_env", 0, 0});
  return problems;
}

AwsSettings read_aws(Section& section) {
  AwsSettings aws;
  section.optional("region", aws.region);
  section.optional("account", aws.account);
  section.optional("s3_endpoint", aws.s3_endpoint);
  section.optional("sns_endpoint", aws.sns_endpoint);
  section.optional("lambda_endpoint", aws.lambda_endpoint);
  section.child("credentials",
                [&](Section& child) { aws.credentials = document::read_aws_credentials(child); });
  section.refuse_unknown_keys();
  section.add(validate(aws));
  return aws;
}

}  // namespace bellwether::config
