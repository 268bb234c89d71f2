#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "support/scripted_http_server.hpp"

namespace bellwether::ingest {

/// An S3-style service with one bucket, `bucket`, whose objects a test sets as it likes. It does
/// not look at signatures.
class FakeBucket {
 public:
  using Request = bellwether::testing::ReceivedRequest;

  FakeBucket();

  void put(const std::string& key, const std::string& body);
  void erase(const std::string& key);

  /// Answers in its stead while it gives something. Called on the server's thread.
  void answer_with(std::function<std::optional<std::string>(const Request&)> fault);

  std::string url() const { return server_.url(""); }
  std::size_t request_count() const { return server_.received().size(); }
  std::size_t page_length = 1000;

  static std::string answer(const std::string& status, const std::string& body,
                            const std::string& headers = "");
  static std::string refusal(const std::string& status, const std::string& code);

 private:
  std::string respond(const Request& request);
  std::string list(const std::string& query) const;
  std::string get(const Request& request, const std::string& key) const;

  std::mutex mutex_;
  std::map<std::string, std::string> objects_;
  std::function<std::optional<std::string>(const Request&)> fault_;
  bellwether::testing::AnsweringHttpServer server_;  ///< Last: it ends first.
};

}  // namespace bellwether::ingest
