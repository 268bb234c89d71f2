#pragma once

#include <deque>
#include <string>
#include <vector>

#include "rest_client.hpp"

namespace bellwether::cli {

/// Answers requests with what it was given, in order, and keeps them.
class ScriptedServer {
 public:
  ScriptedServer& answers(int status, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    responses_.push_back(std::move(response));
    return *this;
  }

  Transport transport() {
    return [this](const net::HttpRequest& request) -> Result<net::HttpResponse> {
      requests.push_back(request);
      if (responses_.empty()) return unavailable("connection refused");
      auto response = responses_.front();
      responses_.pop_front();
      return response;
    };
  }

  std::vector<net::HttpRequest> requests;

 private:
  std::deque<net::HttpResponse> responses_;
};

}  // namespace bellwether::cli
