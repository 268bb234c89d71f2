#pragma once

namespace bellwether::daemon {

/// What the operator asks a running process to do.
enum class Signal { stop, reload };

/// Keeps SIGTERM, SIGINT and SIGHUP for `wait_for_signal`, in this thread and all it will start;
/// writing to a closed connection becomes an error instead of the process's end.
void hold_signals();

Signal wait_for_signal();

/// The same, but gives up after `milliseconds`: false then.
bool wait_for_signal(int milliseconds, Signal& signal);

}  // namespace bellwether::daemon
