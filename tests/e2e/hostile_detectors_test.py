#!/usr/bin/env python3
"""No detector can end, hang or delay another one, a stop or a start.

Detectors that are valid and such that mean harm are made, changed, switched and deleted at random,
over the API and in the configuration file, and the server is killed in between: it starts again
within ten seconds, and the totals of other detectors are exact.

usage: hostile_detectors_test.py [--rounds N] [--seed N]      N kills; 8 unless told
"""

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import threading
import time

import harness
import made_up
from harness import wait_until

FIRST_HOUR = -15 * 365 * 24
START_WITHIN = 10
STOP_WITHIN = 5
OPTIONS = argparse.Namespace(rounds=8, seed=1)
LOST = (OSError, http.client.HTTPException)


class Peer:
    """Listens on loopback and answers every connection in one bad way."""

    def __init__(self, answer):
        self.answer = answer
        self.held = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.held.append(connection)
                if self.answer:
                    threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                connection.sendall(self.answer)

    def close(self):
        # A listener that is closed alone would still be waited at.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.held:
            connection.close()
        self.thread.join(timeout=5)


def silent_peer():
    """Takes connections and says nothing."""
    return Peer(b"")


def huge_peer():
    """Says of every object that it has 2^62 bytes."""
    return Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\nETag: \"x\"\r\n"
                b"Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\n")


def cut_peer():
    """Answers what is no protocol of anybody's."""
    return Peer(b"\x00\xff" * 2000)


def s3(port, **more):
    return {"s3": {"endpoint": f"http://127.0.0.1:{port}", "anonymous": True, "addressing": "path",
                   "region": "us-east-1", **more}}


class HostileDetectors(harness.Case):
    def setUp(self):
        super().setUp()
        self.peers = [silent_peer(), huge_peer(), cut_peer()]
        for peer in self.peers:
            self.addCleanup(peer.close)
        self.closed_port = harness.free_port()
        os.mkfifo(self.folder / "fifo")
        (self.folder / "url").write_text(f"postgresql://u:p@127.0.0.1:{self.peers[0].port}/d\n")

    def sources(self):
        """What a source may be that means no good, and some that do."""
        found = [{"http": {}}]
        for port in [peer.port for peer in self.peers] + [self.closed_port]:
            found += [s3(port, historical=["s3://hug/huge"]),
                      s3(port, historical=["s3://hug/folder/"]),
                      s3(port, path="s3://hug/{{yyyy}}/{{MM}}/"),
                      {"kafka": {"brokers": [f"127.0.0.1:{port}"], "topic": "t"}}]
        for secret in ("url", "fifo", "nothing", "."):
            found.append({"postgres": {"url_file": str(self.folder / secret), "table": "t"}})
        for path in ("/dev/ptmx", "/dev/zero", "/proc/self/mem"):
            found.append({"postgres": {"url_file": path, "table": "t"}})
        for path in ("/dev/zero", "/proc/self/mem", str(self.folder / "fifo"), "/**/**/**/*",
                     str(self.folder / ("a" * 300)), "\x01\x02", str(self.folder)):
            found.append({"file": {"path": path, "follow": True}})
        found.append(s3(self.closed_port, path="s3://bucket/" + "{{yyyy}}" * 200 + "/"))
        return found

    def document(self, dice, name):
        changes = {"source": dice.choice(self.sources())}
        oddity = dice.randrange(6)
        if oddity == 0:
            changes["dimensions"] = [f"d{i}" for i in range(dice.choice((3, 12, 40, 400)))]
        elif oddity == 1:
            changes["measures"] = [{"column": f"m{i}", "aggregate": "sum"}
                                   for i in range(dice.choice((1, 50, 1000)))]
        elif oddity == 2:
            changes["timestamp"] = {"format": dice.choice(("yyyy" * 100, "((((" * 1000, "%%%", "")),
                                    "timezone": dice.choice(("UTC", "../../etc/passwd", "Nowhere"))}
        elif oddity == 3:
            changes["interval"] = dice.choice(("1s", "1ms", "0s", "99999d"))
        return made_up.detector(name, **changes)

    def configuration(self, hostile=()):
        return {"server": {"limits": {"requests_per_second": 100000, "burst": 100000},
                           "shutdown_timeout": "3s"},
                "store": {"retention": "7300d"}, "log": {"level": "warning"},
                "detectors": [made_up.detector("honest"), *hostile]}

    def accepted_in_file(self, candidates):
        """Those that a configuration file may hold, so that the server can start with them."""
        path = self.folder / "candidate.yaml"
        good = []
        for one in candidates:
            path.write_text(json.dumps({"detectors": [one]}))
            # It must answer, whatever the secret files are.
            if harness.bellwether("check", "--config", path, timeout=15).returncode == 0:
                good.append(one)
        return good

    def test_the_server_starts_and_the_others_are_exact(self):
        """kills while hostile detectors come and go"""
        dice = random.Random(OPTIONS.seed)
        in_file = self.accepted_in_file(
            self.document(dice, f"file{i}") for i in range(10 + OPTIONS.rounds // 10))
        server = self.server(self.configuration())
        answer = server.api("POST", "/detectors", made_up.detector("other"))
        self.assertEqual(answer.status, 201, answer)
        self.totals = {"honest": {}, "other": {}}
        slowest = 0
        for number in range(OPTIONS.rounds):
            killer = threading.Timer(dice.uniform(0.05, 1.2), server.process.kill)
            killer.start()
            while server.process.poll() is None:
                with contextlib.suppress(*LOST):
                    self.act(server, dice, in_file)
            killer.join()
            server.process.wait(timeout=10)
            began = time.monotonic()
            server.start(is_awaited=False)
            wait_until(server.is_ready, f"the start after kill {number + 1}", START_WITHIN)
            slowest = max(slowest, time.monotonic() - began)
            self.push_hour(server, "honest")
            self.push_hour(server, "other")
            if (number + 1) % 10 == 0:
                print(f"{number + 1} of {OPTIONS.rounds} kills, slowest start {slowest:.1f} s",
                      flush=True)
        for name in self.totals:
            self.check_totals(server, name)
        states = [one["status"]["state"] for one in server.list("/detectors", "detectors")]
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        took = time.monotonic() - began
        self.assertLess(took, STOP_WITHIN)
        found = harness.bellwether("verify", "--data", server.data)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        print(f"{OPTIONS.rounds} kills, slowest start {slowest:.1f} s, stopped in {took:.1f} s with "
              f"detectors in states { {state: states.count(state) for state in set(states)} }, "
              f"{ {name: len(hours) for name, hours in self.totals.items()} } hours exact",
              flush=True)

    def act(self, server, dice, in_file):
        """One thing that somebody might do."""
        name = f"d{dice.randrange(12)}"
        what = dice.randrange(10)
        if what < 3:
            server.api("POST", "/detectors", self.document(dice, name))
        elif what == 3:
            server.api("PUT", f"/detectors/{name}?forget=true", self.document(dice, name))
        elif what == 4:
            server.api("POST", f"/detectors/{name}/activate")
        elif what == 5:
            server.api("POST", f"/detectors/{name}/deactivate")
        elif what == 6:
            server.api("DELETE", f"/detectors/{name}")
        elif what == 7:
            chosen = dice.sample(in_file, min(len(in_file), dice.randrange(6)))
            server.configure(self.configuration(chosen))
            server.signal(signal.SIGHUP)
        elif what == 8:
            server.push(name, made_up.rows(1))
        else:
            self.push_hour(server, dice.choice(list(self.totals)))

    def push_hour(self, server, name):
        """The next hour of a detector whose totals count. With a key, so that one whose answer was
        lost is pushed again."""
        hours = self.totals[name]
        hour = FIRST_HOUR + len(hours)
        made = made_up.rows(1, (), 1, first=hour)
        answer = server.push(name, made, key=f"{name}-{hour}")
        self.assertEqual(answer.status, 202, answer)
        hours[hour] = sum(row["orders"] for row in made)

    def check_totals(self, server, name):
        hours = self.totals[name]
        last = max(hours)
        closing = made_up.rows(1, first=last + 48)
        self.assertEqual(server.push(name, closing, key="closing").status, 202)
        end = made_up.rfc3339(last)
        wait_until(lambda: (server.status(name).get("last_interval") or "") >= end,
                   f"the last hour of {name}", 60)
        points = server.get(f"/detectors/{name}/points", measure="orders",
                            **{"from": made_up.rfc3339(FIRST_HOUR), "to": made_up.rfc3339(last + 1)})
        stored = {at: value for at, value in zip(points["timestamps"], points["values"]) if value}
        self.assertEqual(stored, {made_up.rfc3339(hour): total for hour, total in hours.items()})


class Walls(harness.Case):
    def test_sigterm_ends_within_its_bound(self):
        """a receiver that says nothing does not keep the server from ending"""
        peer = silent_peer()
        self.addCleanup(peer.close)
        server = self.server({
            "server": {"shutdown_timeout": "1s"},
            "detectors": [made_up.detector()],
            "sinks": [{"name": "slow", "webhook": {"url": f"http://127.0.0.1:{peer.port}/",
                                                   "timeout": "2m"}}],
            "alerts": [{"name": "a", "detector": "shop", "severity": 50, "sinks": ["slow"]}]})
        self.assertIn(server.api("POST", "/alerts/a/test").status, (200, 202))
        wait_until(lambda: peer.held, "the attempt to be under way")
        server.push_all("shop", made_up.rows(2))
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 4)
        found = harness.bellwether("verify", "--data", server.data)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def test_one_detectors_source_is_detail(self):
        """/readyz goes by store, catalog and API; strangers see one word"""
        token = "t" * 40
        server = self.server(
            {"server": {"auth": {"tokens": [
                {"name": "me", "role": "viewer",
                 "sha256": hashlib.sha256(token.encode()).hexdigest()}]}},
             "detectors": [made_up.detector(
                 source=s3(harness.free_port(), historical=["s3://bucket/x"]))],
             "sinks": [{"name": "poor", "webhook": {"url": "http://127.0.0.1:9/",
                                                    "secret_file": "/nowhere/secret"}}]}, token)

        def parts():
            answer = server.request("GET", "/readyz")
            self.assertEqual(answer.status, 200)
            return answer.json()["parts"]

        wait_until(lambda: "127.0.0.1" in parts().get("detector shop", {}).get("detail", ""),
                   "the source's trouble to be shown")
        self.assertFalse(parts()["detector shop"]["ready"])
        wait_until(lambda: "sink poor" in parts(), "the sink to be shown")
        self.assertFalse(parts()["sink poor"]["ready"])
        for headers in ({"Authorization": ""}, {"Authorization": "Bearer wrong"}):
            answer = server.request("GET", "/readyz", headers=headers)
            self.assertEqual((answer.status, answer.json()), (200, {"ready": True}))

    def test_no_more_detectors_than_there_may_be(self):
        """server.max_detectors, over the API, by reload and at a start"""
        server = self.server({"server": {"max_detectors": 2}, "detectors": [made_up.detector("a")]})
        self.assertEqual(server.api("POST", "/detectors", made_up.detector("b")).status, 201)
        self.assert_problem(server.api("POST", "/detectors", made_up.detector("c")), 409,
                            "server.max_detectors")
        server.configure({"server": {"max_detectors": 2},
                          "detectors": [made_up.detector("a"), made_up.detector("c")]})
        server.signal(signal.SIGHUP)
        wait_until(lambda: "server.max_detectors" in server.log(), "the refusal in the log")
        self.assertEqual(server.api("DELETE", "/detectors/b").status, 202)
        wait_until(lambda: server.api("GET", "/detectors/b").status == 404, "b to be gone")
        self.assertEqual(server.api("POST", "/detectors", made_up.detector("c")).status, 201)

    def test_orders_to_a_store_whose_server_does_not_run(self):
        """detectors deactivate and delete with --data"""
        server = self.server({"detectors": [made_up.detector("fixed")],
                              "sinks": [{"name": "ops", "webhook": {"url": "http://127.0.0.1:9/"}}]})
        for name in ("one", "two"):
            self.assertEqual(server.api("POST", "/detectors", made_up.detector(name)).status, 201)
        made = server.api("POST", "/alerts", {"name": "t", "detector": "two", "severity": 50,
                                              "sinks": ["ops"]})
        self.assertEqual(made.status, 201, made)

        def order(verb, name):
            return harness.bellwether("detectors", verb, name, "--data", server.data)

        running = order("deactivate", "one")
        self.assertEqual(running.returncode, 1)
        self.assertIn("another bellwether process uses it", running.stderr)
        server.kill()
        for verb, name in (("deactivate", "one"), ("delete", "two"), ("deactivate", "fixed")):
            done = order(verb, name)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("configuration file", order("delete", "fixed").stderr)
        self.assertIn("there is no detector 'three'", order("delete", "three").stderr)
        found = harness.bellwether("verify", "--data", server.data)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        server.start()
        wait_until(lambda: server.api("GET", "/detectors/two").status == 404, "two to be gone")
        self.assertEqual(server.api("GET", "/alerts/t").status, 404)
        for name in ("one", "fixed"):
            self.assertIn(server.status(name)["state"], ("inactive", "deactivated", "deactivating"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=8, help="how many kills")
    parser.add_argument("--seed", type=int, default=1)
    OPTIONS, rest = parser.parse_known_args()
    harness.main(deadline_seconds=180 + 15 * OPTIONS.rounds, arguments=rest)
