#!/usr/bin/env python3
"""Remote write from a real Prometheus: what it holds is what the detector counted."""

import datetime
import hashlib
import time

import harness
import prometheus_server
from harness import wait_until
from prometheus_server import Exporter, Prometheus

TOKEN = "a-token-that-prometheus-holds"
INTERVAL = 5000  # Milliseconds.
OFFSET = 15

ROOMS = ("atrium", "kitchen", "office")

DETECTOR = {"name": "rooms", "interval": "5s", "offset": f"{OFFSET}s",
            "measures": [{"column": "temperature_celsius", "aggregate": "avg"},
                         {"column": "visits", "aggregate": "sum"},
                         {"column": "room:orders:increase5s", "aggregate": "max"}],
            "dimensions": ["room"], "source": {"http": {}}}

RULES = [{"record": "room:orders:increase5s", "expr": "sum by (room) (increase(orders_total[5s]))"}]


class Rooms:
    """Gauges that change with every scrape, a counter, and what no detector asks for."""

    def __init__(self):
        self.scrapes = 0
        self.has_office = True

    def text(self):
        self.scrapes += 1
        lines = ["# TYPE unasked gauge", "unasked 1"]
        rooms = [(number, room) for number, room in enumerate(ROOMS)
                 if room != "office" or self.has_office]
        lines.append("# TYPE temperature_celsius gauge")
        lines += [f'temperature_celsius{{room="{room}"}} {20 + number + self.scrapes % 4 / 4}'
                  for number, room in rooms]
        lines.append("# TYPE orders_total counter")
        lines += [f'orders_total{{room="{room}"}} {3 * self.scrapes}' for _, room in rooms]
        lines.append("# TYPE visits gauge")
        lines += [f'visits{{room="{room}",door="{door}"}} {number + self.scrapes % 7}'
                  for number, room in rooms for door in ("north", "south")]
        lines.append('visits{door="none"} 1')  # Without the label that is a dimension.
        return "\n".join(lines) + "\n"


def start_of(milliseconds):
    moment = datetime.datetime.fromtimestamp(milliseconds // INTERVAL * INTERVAL / 1000,
                                             datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class RemoteWrite(harness.Case):
    def setUp(self):
        super().setUp()
        prometheus_server.require()
        self.began = start_of(int(time.time() * 1000))
        self.rooms = Rooms()
        self.exporter = Exporter(self.rooms.text)
        self.addCleanup(self.exporter.stop)
        token = {"name": "prometheus", "role": "editor",
                 "sha256": hashlib.sha256(TOKEN.encode()).hexdigest()}
        self.house = self.server({"server": {"auth": {"tokens": [token]}}, "detectors": [DETECTOR]},
                                 token=TOKEN)
        url = f"http://127.0.0.1:{self.house.port}/api/v1/detectors/rooms/prometheus"
        self.prometheus = Prometheus(self.folder / "prometheus", [self.exporter.address], url, TOKEN,
                                     RULES)
        self.addCleanup(self.prometheus.stop)
        self.prometheus.start()

    def wait_for_scrapes(self, count):
        wanted = self.rooms.scrapes + count
        wait_until(lambda: self.rooms.scrapes >= wanted, f"{count} scrapes", seconds=60)

    def stored(self, measure, room):
        points = self.house.get("/detectors/rooms/points", measure=measure,
                                **{"dimension.room": room, "from": self.began})
        return {time: value for time, value in zip(points["timestamps"], points["values"])
                if value is not None}

    def wanted(self, metric, room, aggregate, until):
        """By interval, what Prometheus itself holds."""
        gathered = {}
        for labels, samples in self.prometheus.samples(metric):
            if labels.get("room") != room:
                continue
            for milliseconds, value in samples:
                gathered.setdefault(start_of(milliseconds), []).append(value)
        return {start: aggregate(values) for start, values in gathered.items() if start <= until}

    def newest_closed(self):
        intervals = self.house.get("/detectors/rooms/quality", limit=1)["intervals"]
        return intervals[0]["start"] if intervals else ""

    def test_what_prometheus_holds_is_what_was_counted(self):
        """averages, sums over a label that is no dimension and recording rules, through a crash"""
        self.wait_for_scrapes(8)
        self.house.kill()
        self.wait_for_scrapes(2)
        self.house.start()
        self.wait_for_scrapes(3)
        self.rooms.has_office = False  # Its series end, which Prometheus says by a NaN.
        self.wait_for_scrapes(4)
        enough = start_of(int(time.time() * 1000))
        wait_until(lambda: self.newest_closed() >= enough, f"the interval {enough}", seconds=120)

        mean = lambda values: sum(values) / len(values)
        for room in ROOMS:
            for measure, aggregate in (("temperature_celsius", mean), ("visits", sum),
                                       ("room:orders:increase5s", max)):
                found = {start: value for start, value in self.stored(measure, room).items()
                         if start <= enough}
                wanted = self.wanted(measure, room, aggregate, enough)
                self.assertEqual(found.keys(), wanted.keys(), (measure, room))
                for start, value in wanted.items():
                    self.assertAlmostEqual(found[start], value, places=9, msg=(measure, room, start))
        self.assertGreaterEqual(len(self.stored("visits", "atrium")), 3)
        self.check_quality()

    def check_quality(self):
        """The one series without its label is refused and says why; others are passed over."""
        rejected = [one["rejected"] for one in self.house.list("/detectors/rooms/quality", "intervals")]
        reasons = {reason for one in rejected for reason, count in one["reasons"].items() if count}
        self.assertEqual(reasons, {"missing_dimension"})
        samples = [sample["message"] for one in rejected for sample in one["samples"]]
        self.assertIn("column 'room': there is no value", samples)
        metrics = self.house.request("GET", "/metrics").body.decode()
        self.assertIn('bellwether_prometheus_samples_passed_over_total{detector="rooms"}', metrics)


if __name__ == "__main__":
    harness.main()
