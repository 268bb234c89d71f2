#!/usr/bin/env python3
"""A Kafka topic read while the server is killed again and again with kill -9, the broker is restarted
twice and partitions are added: every row is stored once, and groups and deliveries are those of a run
without faults.

usage: kafka_crash_test.py [--rows N] [--rounds N] [--seed N]      N rows, N kills; 100000 and 4
"""

import argparse
import json
import random
import threading
import time

import harness
import kafka_broker
from harness import wait_until
from webhook_receiver import WebhookReceiver

PARTITIONS, MORE_PARTITIONS = 8, 12
SECONDS_PER_ROUND = 4
FIRST, LAST = "2023-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
OPTIONS = argparse.Namespace(rows=100_000, rounds=4, seed=1)


class KilledWhileReading(harness.Case):
    def test_every_row_is_stored_once_and_alerts_are_those_of_a_calm_run(self):
        """kills, broker restarts, new partitions"""
        dice = random.Random(OPTIONS.seed)
        kept = kafka_broker.folder()
        self.addCleanup(kept.cleanup)
        self.broker = kafka_broker.Broker(kept.name).start()
        self.addCleanup(lambda: self.broker.process.poll() is None and self.broker.kill())
        self.broker.peer("create", "orders", PARTITIONS)
        rows_per_interval = max(500, OPTIONS.rows // 1000)
        self.intervals = OPTIONS.rows // rows_per_interval
        spikes = sorted({dice.randrange(60, self.intervals - 2) for _ in range(12)})
        pace = max(1000, OPTIONS.rows // (OPTIONS.rounds * SECONDS_PER_ROUND))
        with WebhookReceiver() as receiver:
            config = self.config(receiver, "troubled")
            server = self.server(config)
            began = time.monotonic()
            making = self.broker.making("orders", OPTIONS.rows, rows_per_interval, pace, spikes)
            self.trouble(server, dice)
            made = json.loads(making.communicate(timeout=900)[0])
            self.assertEqual(making.returncode, 0, "rows could not be produced")
            self.broker.peer("close", "orders", OPTIONS.rows, rows_per_interval)
            self.wait_for_the_end(server, made)
            took = time.monotonic() - began
            print(f"read to the end after {took:.0f} s", flush=True)
            calm = self.server(self.config(receiver, "calm"), name="calm")
            self.wait_for_the_end(calm, made)
            self.compare(server, calm, made)
            print(f"{sum(made.values())} orders in {OPTIONS.rows} rows of {len(made)} intervals, "
                  f"{OPTIONS.rounds} kills, {took:.0f} s", flush=True)
            for one in (server, calm):
                self.assertEqual(one.stop(), 0)
                found = harness.bellwether("verify", "--data", one.data)
                self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def config(self, receiver, group):
        source = {"kafka": {
            "brokers": self.broker.address, "topic": "orders", "group": group,
            "idle_timeout": "20s",
            "properties": {"session.timeout.ms": "1500", "heartbeat.interval.ms": "300",
                           "topic.metadata.refresh.interval.ms": "1000"}}}
        return {"server": {"limits": {"requests_per_second": 100000, "burst": 100000}},
                "store": {"retention": "7300d"},
                "detectors": [{
                    "name": "orders", "interval": "1h", "learning_intervals": 48,
                    "timestamp": {"format": "RFC3339"},
                    "measures": [{"column": "orders", "aggregate": "sum"}],
                    "dimensions": ["country", "device"], "source": source}],
                "sinks": [{"name": "ops", "webhook": {
                    "url": receiver.url, "secret_file": receiver.write_secret(self.folder / "key")}}],
                "alerts": [{"name": "orders", "detector": "orders", "severity": 50,
                            "notify_on": ["opened", "closed"], "sinks": ["ops"]}]}

    def trouble(self, server, dice):
        """Kills the server; meanwhile the broker is restarted twice and the topic grows."""
        for kill in range(1, OPTIONS.rounds + 1):
            time.sleep(dice.uniform(0.3, 1.7) * SECONDS_PER_ROUND * 0.8)
            server.kill()
            beside = None
            if kill in (max(1, OPTIONS.rounds // 3), max(2, 2 * OPTIONS.rounds // 3)):
                beside = threading.Thread(target=self.restart_broker, args=(kill % 2 == 0,))
                beside.start()
            elif kill == max(3, OPTIONS.rounds // 2):
                self.broker.peer("grow", "orders", MORE_PARTITIONS)
            server.start(is_awaited=False)
            if beside is not None:
                beside.join()
            if kill % 10 == 0:
                print(f"{kill} of {OPTIONS.rounds} kills", flush=True)
        wait_until(lambda: answers(server), "the server to answer", 60)

    def restart_broker(self, is_killed):
        if is_killed:
            self.broker.kill()
        else:
            self.broker.stop()
        self.broker.start()

    def wait_for_the_end(self, server, made):
        last = max(made)
        wait_until(lambda: answers(server) and
                   (server.status("orders").get("last_interval") or "") >= last,
                   f"interval {last}", 600, 0.3)

    def compare(self, server, calm, made):
        stored = self.stored(server)
        self.assertEqual({at: stored.get(at) for at in made}, made)
        self.assertEqual(set(stored) - set(made), set())
        self.assertEqual(self.stored(calm), stored)
        quality = server.list("/detectors/orders/quality", "intervals", limit=500)
        self.assertEqual(sum(one["rejected"]["total"] for one in quality), 0)

        groups, calm_groups = (told(one.groups("orders")) for one in (server, calm))
        self.assertTrue(groups, "the spikes must have made groups")
        self.assertEqual(groups, calm_groups)
        deliveries, calm_deliveries = (self.deliveries(one) for one in (server, calm))
        self.assertTrue(deliveries)
        self.assertEqual(deliveries, calm_deliveries)
        print(f"{len(groups)} groups and {len(deliveries)} deliveries, the same as without faults",
              flush=True)

    @staticmethod
    def stored(server):
        points = server.get("/detectors/orders/points", measure="orders",
                            **{"from": FIRST, "to": LAST})
        return {at: value for at, value in zip(points["timestamps"], points["values"]) if value}

    @staticmethod
    def deliveries(server):
        wait_until(lambda: not server.list("/deliveries", "deliveries", state="pending"),
                   "an empty outbox", 60)
        return sorted((one["id"], one["event"], one["state"])
                      for one in server.list("/deliveries", "deliveries", limit=500))


def answers(server):
    try:
        return server.request("GET", "/healthz", timeout=2).status == 200
    except OSError:
        return False


def told(groups):
    return [{name: group.get(name) for name in ("id", "start", "end", "status", "severity",
                                                "primary_measure", "series_total")}
            for group in groups]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int)
    given, rest = parser.parse_known_args()
    for option, value in vars(given).items():
        if value is not None:
            setattr(OPTIONS, option, value)
    harness.main(240 if OPTIONS.rounds <= 10 else 7200, rest)
