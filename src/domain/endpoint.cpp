#include "bellwether/domain/endpoint.hpp"

#include <algorithm>

namespace bellwether {
namespace {

constexpr std::string_view scheme_end = "://";

std::string_view after_scheme(std::string_view url) {
  return url.substr(url.find(scheme_end) + scheme_end.size());
}

}  // namespace

void check_url(Problems& problems, const std::string& field, std::string_view url,
               std::string_view cure) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    problems.push_back({field, "must begin with http:// or https://", 0, 0});
    return;
  }
  const std::string_view rest = after_scheme(url);
  // A backslash ends the authority for some readers of URLs and not for others.
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    problems.push_back(
        {field, "must not hold a user or password, which would be shown; " + std::string(cure), 0,
         0});
  else if (authority.empty() || authority.find('\\') != std::string_view::npos)
    problems.push_back({field, "must name a host after " + std::string(scheme_end), 0, 0});
  else if (rest.find('#') != std::string_view::npos)
    problems.push_back({field, "must not have a fragment (#...), which is never sent", 0, 0});
}

void check_endpoint(Problems& problems, const std::string& field, std::string_view url) {
  if (url.empty()) return;
  const std::size_t before = problems.size();
  check_url(problems, field, url, "give credentials");
  if (problems.size() > before) return;
  std::string_view rest = after_scheme(url);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?") != std::string_view::npos)
    problems.push_back({field, "must be scheme, host and port alone", 0, 0});
}

}  // namespace bellwether
