#!/usr/bin/env python3
"""The same rows give the same groups and scores, bit for bit: for any number of workers, however the
rows are cut and carried, for a backtest and for a live run, and after a crash."""

import csv
import gzip
import json
import struct

import harness
import made_up

HOURS = 400
SPIKES = (110, 111, 170, 250, 333)


def is_missing(hour, row):
    """A silent source, a part of it, a series that stops for a while, and single rows."""
    leaf = (row["country"], row["device"])
    return (hour in range(200, 206) or
            (hour in range(206, 209) and leaf != ("NL", "phone")) or
            (hour in range(290, 320) and leaf == ("BE", "desktop")) or
            (hour % 90 == 0 and leaf == ("BE", "phone")))


ROWS = [row for hour in range(HOURS) for row in made_up.rows(1, SPIKES, first=hour)
        if not is_missing(hour, row)]


def as_float32(value):
    return None if value in ("", None) else struct.unpack("f", struct.pack("f", float(value)))[0]


def coarse(severity):
    """How a severity is kept once it is old (docs/formats/chunks.md)."""
    if not severity:
        return severity
    if severity < 16:
        return severity // 4 * 4 + 2
    return severity // 2 * 2 + 1 if severity < 32 else severity * 2 // 1 / 2


def is_same_point(found, wanted):
    """To the bit, or as near as older points are kept."""
    if found == wanted:
        return True
    if found[:2] != wanted[:2] or found[5] not in (wanted[5], coarse(wanted[5])):
        return False
    if None in wanted[2:5] or None in found[2:5]:
        return found[2:5] == wanted[2:5]
    room = (wanted[4] - wanted[3]) * 0.0801
    return all(abs(one - other) <= room for one, other in zip(found[2:5], wanted[2:5]))


class SameRowsSameResults(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reference = None

    def setUp(self):
        super().setUp()
        self.whole = self.write("whole.csv", made_up.to_csv(ROWS))
        if self.reference is None:
            type(self).reference = self.backtest([self.whole])
            groups = self.reference[0].splitlines()
            self.assertGreaterEqual(len(groups), len(SPIKES) - 1, "the spikes must be found")

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def backtest(self, inputs, workers=1, source=None):
        """Groups and points as bytes."""
        detector = made_up.detector(source=source or {"file": {"path": "rows.csv", "format": "csv"}})
        config = self.write("backtest.yaml", json.dumps({"detectors": [detector]}))
        groups, points = self.folder / "groups.jsonl", self.folder / "points.csv"
        done = harness.bellwether("backtest", "--config", config, "--detector", "shop", "--output",
                                  groups, "--points", points, "--workers", workers, *inputs)
        self.assertEqual(done.returncode, 0, done.stderr)
        return groups.read_bytes(), points.read_bytes()

    def assert_same_bytes(self, found):
        for name, one, other in zip(("groups", "points"), found, self.reference):
            self.assertTrue(one == other, f"{name} differ: {len(one)} and {len(other)} bytes")

    def test_workers(self):
        """1, 2 and 4 workers"""
        for workers in (1, 2, 4):
            self.assert_same_bytes(self.backtest([self.whole], workers))

    def test_files(self):
        """one file or many, plain or gzip, CSV or JSON lines"""
        days = [ROWS[begin:begin + 96] for begin in range(0, len(ROWS), 96)]
        parts = [self.write(f"day{number:03}.csv.gz", gzip.compress(made_up.to_csv(day).encode()))
                 for number, day in enumerate(days)]
        self.assert_same_bytes(self.backtest(parts))
        lines = self.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS))
        self.assert_same_bytes(self.backtest([lines], source={"file": {"path": "rows.jsonl", "format": "json"}}))

    def live(self, name, source=None):
        config = {"server": {"limits": {"requests_per_second": 100000, "burst": 100000}},
                  "log": {"level": "warning"},
                  "detectors": [made_up.detector(source=source or {"http": {}})]}
        return self.server(config, name=name)

    def assert_same_as_live(self, server):
        """A server that has closed the same intervals holds the same groups and points."""
        server.wait_for_intervals("shop", HOURS)
        wanted = [json.loads(line) for line in self.reference[0].splitlines()]
        wanted.sort(key=lambda group: (group["start"], group["id"]))
        found = server.groups("shop")
        self.assertEqual([group["id"] for group in found], [group["id"] for group in wanted])
        for one, other in zip(found, wanted):
            self.assertEqual({key: one.get(key) for key in other}, other)
        self.assert_same_points(server)

    def assert_same_points(self, server):
        columns = ("value", "expected", "lower", "upper", "severity")
        series = {}
        for row in csv.DictReader(self.reference[1].decode().splitlines()):
            key = (row["measure"], row["country"], row["device"])
            series.setdefault(key, []).append(
                (row["timestamp"], *(as_float32(row[column]) for column in columns)))
        self.assertEqual(len(series), 18)
        for (measure, country, device), wanted in series.items():
            query = {"measure": measure, "dimension.country": country, "dimension.device": device,
                     "from": made_up.rfc3339(0), "to": made_up.rfc3339(HOURS)}
            points = server.get("/detectors/shop/points",
                                **{name: text for name, text in query.items() if text != "*"})
            rows = zip(points["timestamps"], points["values"],
                       *(points[column] for column in columns[1:]))
            # A gap, which has neither value nor severity, is no line of a backtest's points.
            found = [(row[0], *map(as_float32, row[1:])) for row in rows
                     if row[1] is not None or row[5] is not None]
            self.assertEqual(len(found), len(wanted))
            for one, other in zip(found, wanted):
                self.assertTrue(is_same_point(one, other),
                                f"{measure} {country} {device}: {one} where {other} was scored")

    def push_closing_hour(self, server):
        server.push_all("shop", made_up.rows(1, first=HOURS))

    def test_batches(self):
        """a live run, pushed in batches of 3, 4 or 1000 rows"""
        for batch in (3, 4, 1000):
            server = self.live(f"batches-of-{batch}")
            server.push_all("shop", ROWS, batch)
            self.push_closing_hour(server)
            self.assert_same_as_live(server)
            self.assertEqual(server.stop(), 0)

    def test_file_source(self):
        """a live run on a file"""
        more = self.write("more.csv",
                          made_up.to_csv(ROWS + made_up.rows(1, first=HOURS)))
        server = self.live("file", {"file": {"path": str(more), "follow": True}})
        self.assert_same_as_live(server)

    def test_crash(self):
        """a live run that is killed in an outage and while a series is silent, and goes on"""
        server = self.live("crash")
        for begin, end in ((0, 799), (799, 1150), (1150, len(ROWS))):
            server.push_all("shop", ROWS[begin:end], 7)
            server.kill()
            server.start()
        self.push_closing_hour(server)
        self.assert_same_as_live(server)


if __name__ == "__main__":
    harness.main()
