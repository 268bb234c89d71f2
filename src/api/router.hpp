#pragma once

#include <map>
#include <string>
#include <vector>

#include "route.hpp"

namespace bellwether::api {

/// Finds the route of a request by method and path.
///
/// Threads  any.
class Router {
 public:
  struct Match {
    const Route* route = nullptr;  ///< Null when there is none for this method.
    std::map<std::string, std::string> parameters;
    std::vector<std::string> methods;  ///< What the path allows, sorted; empty: no such path.
  };

  explicit Router(Routes routes);

  Match find(const std::string& method, const std::vector<std::string>& segments) const;

  const Routes& routes() const { return routes_; }

 private:
  Routes routes_;
  std::vector<std::vector<std::string>> templates_;  ///< The segments of each route's path.
};

}  // namespace bellwether::api
