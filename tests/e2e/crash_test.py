#!/usr/bin/env python3
"""kill -9 at random instants: no row that was answered 202 is lost or counted twice, no alert is
lost, and what is sent again carries the same id.

usage: crash_test.py [--rounds N] [--seed N]      N kills; 15 unless told
"""

import argparse
import collections
import contextlib
import http.client
import itertools
import random
import threading
import time

import harness
import made_up
from harness import wait_until
from webhook_receiver import WebhookReceiver

FIRST_HOUR = -15 * 365 * 24  # Long runs push years of rows, and none may lie in the future.
SPIKE_SHARE = 0.03  # At random hours: what comes regularly is soon normal.
ALERT_SEVERITY = 50
LATE_EVERY, LATE_BY = 5, 3  # Every fifth hour also brings rows of the one three hours before.
OPTIONS = argparse.Namespace(rounds=15, seed=1)


class Pusher(threading.Thread):
    """Pushes an endless row of hours to one detector and knows what was answered.

    With keys, a push whose answer was lost is sent again until it is answered, and some hours get
    further rows after they were closed. Without, it cannot be: each such push is an hour of its
    own, which must turn up whole or not at all.
    """

    def __init__(self, server, detector, is_keyed, seed):
        super().__init__(name=detector)
        self.server = server
        self.detector = detector
        self.is_keyed = is_keyed
        self.seed = seed
        self.answered = {}   # Hour to its orders.
        self.uncertain = {}  # The same, where the answer was lost.
        self.pushes = self.repeats = self.late = 0
        self.failure = None
        self._is_over = threading.Event()

    def run(self):
        try:
            for hour in itertools.count(FIRST_HOUR):
                if self._is_over.is_set():
                    return
                self._push(hour)
                if self.is_keyed and hour % LATE_EVERY == 0 and hour > FIRST_HOUR + 2 * LATE_BY:
                    self._push_late(hour - LATE_BY)
        except BaseException as failure:  # It is shown where the thread is joined.
            self.failure = failure

    def _push(self, hour):
        is_spike = random.Random(hour).random() < SPIKE_SHARE and hour > FIRST_HOUR + 60
        made = made_up.rows(1, (hour,) if is_spike else (), self.seed, first=hour)
        orders = sum(row["orders"] for row in made)
        key = f"{self.detector}-{hour}" if self.is_keyed else None
        self._send(hour, made, orders, key)

    def _push_late(self, hour):
        """Rows of an hour that is closed; they must be merged, once."""
        row = made_up.rows(1, (), self.seed, first=hour)[0] | {"orders": 1 + hour % 7}
        self._send(hour, [row], self.answered[hour] + row["orders"], f"{self.detector}-late-{hour}")
        self.late += 1

    def _send(self, hour, made, orders, key):
        """Pushes rows with which the hour then has so many orders."""
        self.pushes += 1
        while True:
            try:
                answer = self.server.push(self.detector, made, key=key)
            except (OSError, http.client.HTTPException):
                # Whether the rows were taken nobody knows.
                self.uncertain[hour] = orders
                if not self.is_keyed:
                    self._wait_for_server()
                    return
                self.repeats += 1
                self._wait_for_server()
                continue
            if answer.status in (429, 503):
                time.sleep(0.05)
                continue
            if answer.status != 202 or answer.json()["accepted"] != len(made):
                raise AssertionError(f"{self.detector}, hour {hour}: {answer}")
            self.uncertain.pop(hour, None)
            self.answered[hour] = orders
            return

    def _wait_for_server(self):
        while not self._is_over.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.server.request("GET", "/healthz", timeout=2).status == 200:
                    return
            time.sleep(0.01)

    def finish(self):
        """Ends after the push in hand; the server must run."""
        self._is_over.set()
        self.join(timeout=60)
        if self.failure:
            raise self.failure


class KilledAtRandom(harness.Case):
    def test_nothing_is_lost_and_nothing_counted_twice(self):
        """rows, deliveries and ids after many kills"""
        dice = random.Random(OPTIONS.seed)
        with WebhookReceiver(failure_share=0.3, seed=OPTIONS.seed) as receiver:
            server = self.server(self.config(receiver))
            pushers = [Pusher(server, "keyed", True, 1), Pusher(server, "bare", False, 2)]
            for pusher in pushers:
                pusher.start()
            self.kill_again_and_again(server, dice)
            for pusher in pushers:
                pusher.finish()
            receiver.stop_failing()
            for pusher in pushers:
                self.check_totals(server, pusher)
            self.check_deliveries(server, receiver)
            self.assertEqual(server.stop(), 0)
            self.check_store(server)

    def config(self, receiver):
        sink = {"name": "ops", "retry": {"first_wait": "20ms", "longest_wait": "200ms"},
                "webhook": {"url": receiver.url,
                            "secret_file": receiver.write_secret(self.folder / "secret")}}
        names = ("keyed", "bare")
        return {"server": {"limits": {"requests_per_second": 100000, "burst": 100000}},
                "store": {"retention": "7300d"}, "log": {"level": "warning"},
                "detectors": [made_up.detector(name, late_window="12h") for name in names],
                "sinks": [sink],
                "alerts": [{"name": name, "detector": name, "severity": ALERT_SEVERITY,
                            "notify_on": ["opened", "closed"], "sinks": ["ops"]}
                           for name in names]}

    def kill_again_and_again(self, server, dice):
        for kill in range(1, OPTIONS.rounds + 1):
            # Now and then while it is still starting up.
            is_early = dice.random() < 0.2
            time.sleep(dice.uniform(0, 0.3) if is_early else dice.uniform(0.1, 1.0))
            server.kill()
            if kill % 10 == 0:
                self.check_store(server)
                print(f"{kill} of {OPTIONS.rounds} kills", flush=True)
            server.start(is_awaited=dice.random() < 0.8)
        wait_until(server.is_ready, "the server to be ready")

    def check_store(self, server):
        found = harness.bellwether("verify", "--data", server.data)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def check_totals(self, server, pusher):
        """What is stored is what was answered, hour by hour."""
        last = max(pusher.answered)
        closing = made_up.rows(1, first=last + 48)
        self.assertEqual(server.push(pusher.detector, closing, key="closing").status, 202)
        end = made_up.rfc3339(last)
        wait_until(lambda: (server.status(pusher.detector).get("last_interval") or "") >= end,
                   f"the last hour of {pusher.detector}", 60)
        points = server.get(f"/detectors/{pusher.detector}/points", measure="orders",
                            **{"from": made_up.rfc3339(FIRST_HOUR), "to": made_up.rfc3339(last + 1)})
        stored = {at: value for at, value in zip(points["timestamps"], points["values"]) if value}
        present = set(stored)
        for hour, orders in pusher.answered.items():
            self.assertEqual(stored.get(made_up.rfc3339(hour)), orders,
                             f"{pusher.detector}, answered hour {hour}")
            present.discard(made_up.rfc3339(hour))
        for hour, orders in pusher.uncertain.items():
            self.assertIn(stored.get(made_up.rfc3339(hour), 0), (0, orders),
                          f"{pusher.detector}, hour {hour} without an answer")
            present.discard(made_up.rfc3339(hour))
        self.assertEqual(present, set(), "hours that nobody pushed")
        if pusher.is_keyed:
            self.assertEqual(pusher.uncertain, {})
            self.assertEqual(sum(one > 0 for one in points["revisions"]), pusher.late)
        print(f"{pusher.detector}: {len(pusher.answered)} hours answered 202 and stored once, "
              f"{pusher.late} of them late and merged once, {pusher.repeats} repeated, "
              f"{len(pusher.uncertain)} without an answer", flush=True)

    def check_deliveries(self, server, receiver):
        wait_until(lambda: not server.list("/deliveries", "deliveries", state="pending"),
                   "an empty outbox", 60)
        ledger = server.list("/deliveries", "deliveries", limit=500)
        self.assertEqual({one["state"] for one in ledger}, {"delivered"})

        wanted = set()
        for detector in ("keyed", "bare"):
            for group in server.list("/anomalies", "anomalies", detector=detector, limit=500,
                                     min_severity=ALERT_SEVERITY):
                wanted.add(("opened", group["id"]))
                if group["status"] == "closed":
                    wanted.add(("closed", group["id"]))
        self.assertTrue(wanted, "the spikes must have made groups")
        in_ledger = collections.Counter((one["event"], one["anomaly"]["id"]) for one in ledger)
        self.assertEqual(set(in_ledger), wanted)
        self.assertEqual(set(in_ledger.values()), {1})

        accepted = {one.webhook_id for one in receiver.accepted()}
        self.assertEqual(accepted, {one["id"] for one in ledger})
        bodies = {}
        for one in receiver.received():
            self.assertTrue(one.is_signed_well)
            self.assertEqual(one.webhook_id, one.body["delivery_id"])
            told = {name: one.body[name] for name in ("event", "alert", "detector", "anomaly")}
            self.assertEqual(bodies.setdefault(one.webhook_id, told), told)
        print(f"{len(ledger)} deliveries of {len(wanted)} expected, in "
              f"{len(receiver.received())} requests of which {len(receiver.accepted())} were "
              "answered 2xx", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=15, help="how many kills")
    parser.add_argument("--seed", type=int, default=1)
    OPTIONS, rest = parser.parse_known_args()
    harness.main(deadline_seconds=120 + 5 * OPTIONS.rounds, arguments=rest)
