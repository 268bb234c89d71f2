#include "signals.hpp"

#include <csignal>
#include <ctime>
#include <initializer_list>

#include "bellwether/daemon/serve.hpp"

namespace bellwether::daemon {
namespace {

sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

Signal meaning_of(int signal) { return signal == SIGHUP ? Signal::reload : Signal::stop; }

}  // namespace

void hold_signals() {
  const sigset_t set = held_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Signal wait_for_signal() {
  const sigset_t set = held_signals();
  int signal = SIGTERM;
  sigwait(&set, &signal);
  return meaning_of(signal);
}

bool wait_for_signal(int milliseconds, Signal& signal) {
  const sigset_t set = held_signals();
  const timespec wait{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
  const int caught = sigtimedwait(&set, nullptr, &wait);
  if (caught < 0) return false;
  signal = meaning_of(caught);
  return true;
}

}  // namespace bellwether::daemon
