#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace bellwether::testing {

/// A request as the scripted server received it.
struct ReceivedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
};

/// Listens on a port of its own and never says a word: connections open, nothing comes back.
class SilentListener {
 public:
  SilentListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(socket_, 16);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~SilentListener() { ::close(socket_); }
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;

  int socket() const { return socket_; }
  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

 private:
  int socket_;
  int port_ = 0;
};

/// Answers each request, one per connection and one at a time, with what a function makes of it, as
/// it stands. For an empty answer it hangs up.
///
/// Threads  answers on one thread; `received` may be called from any.
class AnsweringHttpServer {
 public:
  using Answer = std::function<std::string(const ReceivedRequest&)>;

  explicit AnsweringHttpServer(Answer answer) : answer_(std::move(answer)) {
    thread_ = std::thread([this] { serve(); });
  }

  ~AnsweringHttpServer() {
    ::shutdown(listener_.socket(), SHUT_RDWR);
    thread_.join();
  }

  AnsweringHttpServer(const AnsweringHttpServer&) = delete;
  AnsweringHttpServer& operator=(const AnsweringHttpServer&) = delete;

  std::string url(const std::string& path = "/") const { return listener_.url(path); }

  std::vector<ReceivedRequest> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }

 private:
  void serve() {
    while (true) {
      const int connection = ::accept(listener_.socket(), nullptr, nullptr);
      if (connection < 0) return;
      const ReceivedRequest request = read_request(connection);
      keep(request);
      send_all(connection, answer_(request));
      ::close(connection);
    }
  }

  void keep(ReceivedRequest request) {
    const std::lock_guard lock(mutex_);
    received_.push_back(std::move(request));
  }

  static void send_all(int connection, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const auto count = ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  static bool read_more(int connection, std::string& text) {
    char piece[4096];
    const auto count = ::recv(connection, piece, sizeof piece, 0);
    if (count <= 0) return false;
    text.append(piece, static_cast<std::size_t>(count));
    return true;
  }

  static ReceivedRequest read_request(int connection) {
    std::string text;
    while (text.find("\r\n\r\n") == std::string::npos)
      if (!read_more(connection, text)) return {};
    const std::size_t head_end = text.find("\r\n\r\n") + 4;
    ReceivedRequest request = parse_head(text.substr(0, head_end - 2));
    const auto length = request.headers.find("content-length");
    const std::size_t body_bytes = length == request.headers.end() ? 0 : std::stoul(length->second);
    while (text.size() < head_end + body_bytes)
      if (!read_more(connection, text)) break;
    request.body = text.substr(head_end);
    return request;
  }

  static ReceivedRequest parse_head(const std::string& head) {
    ReceivedRequest request;
    std::size_t begin = head.find("\r\n") + 2;
    const std::string first = head.substr(0, begin - 2);
    const std::size_t blank = first.find(' ');
    request.method = first.substr(0, blank);
    request.target = first.substr(blank + 1, first.rfind(' ') - blank - 1);
    while (begin < head.size()) {
      const std::size_t end = head.find("\r\n", begin);
      const std::string line = head.substr(begin, end - begin);
      begin = end + 2;
      const std::size_t colon = line.find(": ");
      if (colon == std::string::npos) continue;
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      request.headers[name] = line.substr(colon + 2);
    }
    return request;
  }

  Answer answer_;
  SilentListener listener_;
  mutable std::mutex mutex_;
  std::vector<ReceivedRequest> received_;
  std::thread thread_;
};

/// Gives the scripted answers in order. After the last one it hangs up.
class ScriptedHttpServer : public AnsweringHttpServer {
 public:
  explicit ScriptedHttpServer(std::vector<std::string> answers)
      : AnsweringHttpServer(
            [answers = std::move(answers), next = std::size_t{0}](const ReceivedRequest&) mutable {
              return next < answers.size() ? answers[next++] : std::string();
            }) {}
};

}  // namespace bellwether::testing
