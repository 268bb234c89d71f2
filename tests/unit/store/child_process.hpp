#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <spawn.h>

extern char** environ;

namespace bellwether::store {

/// This test program a second time, running one of its disabled tests: a process of its own that
/// holds a store and can be killed. What it prints is read line by line.
class ChildProcess {
 public:
  /// `argument` is what the child finds in the environment as BELLWETHER_CHILD.
  ChildProcess(const std::string& test, const std::string& argument) {
    int ends[2] = {};
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    setenv("BELLWETHER_CHILD", argument.c_str(), 1);
    const std::string filter = "--gtest_filter=" + test;
    const char* arguments[] = {"store_tests", filter.c_str(), "--gtest_also_run_disabled_tests",
                               nullptr};
    if (posix_spawn(&id_, "/proc/self/exe", &actions, nullptr, const_cast<char**>(arguments),
                    environ) != 0)
      std::abort();
    unsetenv("BELLWETHER_CHILD");
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~ChildProcess() {
    kill_now();
    std::fclose(output_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Waits for a line that begins with `start`, and gives the rest of it; empty when the child
  /// ended before.
  std::string wait_for(const std::string& start) {
    char line[512];
    while (std::fgets(line, sizeof line, output_) != nullptr)
      if (const std::string text(line); text.starts_with(start))
        return text.substr(start.size(), text.size() - start.size() - 1);
    return {};
  }

  void kill_now() {
    if (id_ == 0) return;
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = 0;
  }

 private:
  pid_t id_ = 0;
  std::FILE* output_ = nullptr;
};

}  // namespace bellwether::store
