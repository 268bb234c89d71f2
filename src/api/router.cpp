#include "router.hpp"

#include <optional>
#include <set>
#include <utility>

#include "request_target.hpp"

namespace bellwether::api {
namespace {

bool is_parameter(const std::string& segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::optional<std::map<std::string, std::string>> match(const std::vector<std::string>& pattern,
                                                        const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i])) {
      if (segments[i].empty()) return std::nullopt;
      parameters[pattern[i].substr(1, pattern[i].size() - 2)] = segments[i];
    } else if (pattern[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

Router::Router(Routes routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) templates_.push_back(parse_target(route.path)->segments);
}

Router::Match Router::find(const std::string& method,
                           const std::vector<std::string>& segments) const {
  // Whoever may GET may ask for the head alone.
  const std::string wanted = method == "HEAD" ? "GET" : method;
  Match found;
  std::set<std::string> methods;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto parameters = match(templates_[i], segments);
    if (!parameters) continue;
    methods.insert(routes_[i].method);
    if (routes_[i].method == "GET") methods.insert("HEAD");
    if (routes_[i].method != wanted || found.route != nullptr) continue;
    found.route = &routes_[i];
    found.parameters = std::move(*parameters);
  }
  if (!methods.empty()) methods.insert("OPTIONS");
  found.methods.assign(methods.begin(), methods.end());
  return found;
}

}  // namespace bellwether::api
