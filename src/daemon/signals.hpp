#pragma once

namespace bellwether::daemon {

/// What the operator asks a running process to do.
enum class Signal { stop, reload };

Signal wait_for_signal();

/// The same, but gives up after `milliseconds`: false then.
bool wait_for_signal(int milliseconds, Signal& signal);

}  // namespace bellwether::daemon
