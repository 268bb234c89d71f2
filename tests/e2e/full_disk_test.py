#!/usr/bin/env python3
"""A disk that runs full under a running server, and a store's folder that goes away."""

import contextlib
import os
import pathlib
import subprocess
import time
import unittest

import harness
import made_up
from harness import wait_until

DISK_MIB = 96
ROW_COUNT = 400  # A push is some 100 kB in the store.


class FullDisk(harness.Case):
    """On a file system of the test's own, which takes root to mount."""

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        if os.geteuid() != 0:
            self.skipTest("mounting a disk takes root")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs",
                                  str(self.disk)], capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("this machine does not let root mount: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)

    def serve(self):
        server = harness.Server(self.folder, {
            "store": {"path": str(self.disk / "data")},
            "detectors": [made_up.detector(dimensions=["leaf"])]})
        self.addCleanup(harness.end, server)
        return server

    def push(self, server, hour):
        return server.push("shop", [{"timestamp": made_up.time_of(hour), "leaf": f"leaf {leaf}",
                                     "orders": hour + leaf, "revenue": 1} for leaf in
                                    range(ROW_COUNT)])

    def fill(self, leave_mib):
        ballast = self.disk / "ballast"
        free = os.statvfs(self.disk)
        with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
            for _ in range((free.f_bavail * free.f_frsize >> 20) - leave_mib):
                file.write(b"\xa5" * (1 << 20))
        return ballast

    def test_full_and_free_again(self):
        """is said in /readyz, refuses pushes, takes them when there is room, and loses nothing"""
        server = self.serve().start()
        hour = 0
        for leave_mib, is_restarted in ((18, False), (2, False), (0, True)):
            for hour in range(hour, hour + 3):
                self.assertEqual(self.push(server, hour).status, 202)
            ballast = self.fill(leave_mib)
            deadline = time.monotonic() + 30
            answer = self.push(server, hour + 1)
            while answer.status == 202 and time.monotonic() < deadline:
                hour += 1
                answer = self.push(server, hour + 1)
            self.assert_problem(answer, 503, "the disk is full")
            store = wait_until(lambda: self.store_when(server, False), "the store to say so")
            self.assertIn("make room", store["detail"])
            self.assertEqual(server.api("GET", "/detectors/shop").status, 200, "reading goes on")
            if is_restarted:
                server.kill()
            ballast.unlink()
            if is_restarted:
                server.start()
            wait_until(lambda: self.store_when(server, True), "the store to go on")
            hour += 1
            self.assertEqual(self.push(server, hour).status, 202)
            server.wait_for_intervals("shop", hour)
            hour += 1
        points = server.get("/detectors/shop/points", measure="orders",
                            **{"from": made_up.rfc3339(0), "to": made_up.rfc3339(hour - 1)})
        sums = [sum(at + leaf for leaf in range(ROW_COUNT)) for at in range(hour - 1)]
        self.assertEqual(points["values"], sums)
        self.assertEqual(server.stop(), 0)

    @staticmethod
    def store_when(server, ready):
        store = server.request("GET", "/readyz").json()["parts"]["store"]
        return store if store["ready"] == ready else None


class Folder(harness.Case):
    def test_is_moved_away(self):
        """pushes are refused with the reason until it is back"""
        server = self.server({"detectors": [made_up.detector()]})
        server.push_all("shop", made_up.rows(3))
        away = pathlib.Path(str(server.data) + ".away")
        server.data.rename(away)
        refused = wait_until(lambda: self.refusal(server), "a push to be refused")
        self.assert_problem(refused, 503, "was removed while the server runs", "restore a backup")
        wait_until(lambda: server.request("GET", "/readyz").status == 503, "/readyz to say so")
        away.rename(server.data)
        wait_until(server.is_ready, "the store to be ready")
        server.push_all("shop", made_up.rows(3, first=3))
        server.wait_for_intervals("shop", 5)
        self.assertEqual(server.stop(), 0)

    @staticmethod
    def refusal(server):
        answer = server.push("shop", made_up.rows(1, first=3))
        return answer if answer.status != 202 else None


class Signals(harness.Case):
    def test_reload_from_the_first_moment(self):
        """a SIGHUP while it starts reloads the configuration, at the latest when it is ready"""
        for delay_ms in (10, 20, 40, 80):
            with self.subTest(delay_ms=delay_ms):
                folder = self.folder / str(delay_ms)
                folder.mkdir()
                server = harness.Server(folder, {"detectors": []})
                self.addCleanup(harness.end, server)
                server.start(is_awaited=False)
                wait_until(lambda: self.is_main_reached(server), "main to be reached", pause=0.001)
                time.sleep(delay_ms / 1000)
                server.signal(harness.signal.SIGHUP)
                wait_until(server.is_ready, "the server to be ready")
                wait_until(lambda: "configuration reloaded" in server.log(), "it to be reloaded")
                self.assertEqual(server.stop(), 0)

    @staticmethod
    def is_main_reached(server):
        """Whether SIGHUP is held: bit 0 of the signals that are blocked."""
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        blocked = next(line for line in status.splitlines() if line.startswith("SigBlk"))
        return int(blocked.split()[1], 16) & 1


if __name__ == "__main__":
    harness.main()
