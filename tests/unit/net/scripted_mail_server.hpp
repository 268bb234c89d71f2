#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/scripted_http_server.hpp"

namespace bellwether::testing {

/// Speaks SMTP in the clear, one connection at a time: agrees to everything but the commands that
/// `answers` names, by their first word.
class ScriptedMailServer {
 public:
  explicit ScriptedMailServer(std::map<std::string, std::string> answers = {})
      : answers_(std::move(answers)), thread_([this] { serve(); }) {}
  ~ScriptedMailServer() {
    ::shutdown(listener_.socket(), SHUT_RDWR);
    thread_.join();
  }
  ScriptedMailServer(const ScriptedMailServer&) = delete;
  ScriptedMailServer& operator=(const ScriptedMailServer&) = delete;

  /// `127.0.0.1:port`
  std::string address() const { return listener_.url("").substr(7); }

  /// What clients said, line by line.
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  void serve() {
    while (true) {
      const int connection = ::accept(listener_.socket(), nullptr, nullptr);
      if (connection < 0) return;
      talk(connection);
      ::close(connection);
    }
  }

  void talk(int connection) {
    say(connection, "220 scripted");
    std::string text;
    bool is_body = false;
    char piece[4096];
    while (true) {
      const auto count = ::recv(connection, piece, sizeof piece, 0);
      if (count <= 0) return;
      text.append(piece, static_cast<std::size_t>(count));
      for (std::size_t end; (end = text.find("\r\n")) != std::string::npos;) {
        const std::string line = text.substr(0, end);
        text.erase(0, end + 2);
        keep(line);
        if (!is_body)
          is_body = obey(connection, line);
        else if (line == ".")
          is_body = !say(connection, "250 taken");
      }
    }
  }

  /// Whether a body follows.
  bool obey(int connection, const std::string& line) {
    const std::string word = line.substr(0, line.find(' '));
    const auto scripted = answers_.find(word);
    if (scripted != answers_.end()) return !say(connection, scripted->second);
    if (word == "DATA") return say(connection, "354 go on");
    return !say(connection, word == "QUIT" ? "221 bye" : "250 fine");
  }

  static bool say(int connection, const std::string& answer) {
    const std::string line = answer + "\r\n";
    return ::send(connection, line.data(), line.size(), MSG_NOSIGNAL) >= 0;
  }

  void keep(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }

  std::map<std::string, std::string> answers_;
  SilentListener listener_;
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::thread thread_;
};

}  // namespace bellwether::testing
