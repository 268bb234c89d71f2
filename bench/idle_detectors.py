#!/usr/bin/env python3
"""What detectors cost that have nothing to do: threads, processor time, memory, and a stop.

usage: bench/idle_detectors.py [--count N] [--seconds S] [--rows]      BELLWETHER names the binary

With --rows each gets two hours of rows first, so that the clock has something to close.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "e2e"))

import harness
import made_up


def figures(pid):
    """Threads, processor seconds and resident megabytes of a process."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return int(fields[17]), seconds, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rows", action="store_true")
    options = parser.parse_args()
    names = [f"d{i}" for i in range(options.count)]
    with tempfile.TemporaryDirectory(prefix="bellwether-idle-") as folder:
        server = harness.Server(folder, {
            "server": {"limits": {"requests_per_second": 100000, "burst": 100000}},
            "log": {"level": "warning"}, "store": {"retention": "7300d"},
            "detectors": [made_up.detector(name) for name in names]})
        try:
            began = time.monotonic()
            server.start(is_awaited=False)
            harness.wait_until(server.is_ready, "readiness", 600)
            print(f"ready after {time.monotonic() - began:.1f} s")
            for name in names:
                harness.wait_until(lambda: server.status(name)["state"] == "learning", name, 600)
            print(f"all {options.count} detectors run after {time.monotonic() - began:.1f} s")
            if options.rows:
                for name in names:
                    server.push_all(name, made_up.rows(3))
                for name in names:
                    server.wait_for_intervals(name, 2)
            time.sleep(25)  # Threads that are idle end.
            _, before, _ = figures(server.process.pid)
            time.sleep(options.seconds)
            threads, after, megabytes = figures(server.process.pid)
            print(f"{threads} threads, {100 * (after - before) / options.seconds:.2f} % of a core, "
                  f"{megabytes:.0f} MB")
            began = time.monotonic()
            server.signal(15)
            server.process.wait(timeout=120)
            print(f"stopped in {time.monotonic() - began:.1f} s")
        finally:
            harness.end(server)


if __name__ == "__main__":
    main()
