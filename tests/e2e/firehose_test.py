#!/usr/bin/env python3
"""The air-quality pipeline: sensors -> Firehose -> detector -> anomaly groups."""

import csv
import gzip
import hashlib
import json

import yaml

import harness
from firehose_stream import FirehoseStream

KEY = "a-key-that-the-stream-holds"
SENSORS = 8
DAYS = 6
READINGS = DAYS * 288


class AirQuality(harness.Case):
    """What `synth` makes, delivered in every form in which Firehose may deliver it."""

    def setUp(self):
        super().setUp()
        done = harness.bellwether("synth", "--scenario", "airquality", "--seed", 11, "--out",
                                  self.folder / "made")
        self.assertEqual(done.returncode, 0, done.stderr)
        whole = (self.folder / "made/rows.jsonl").read_text().splitlines()
        times = sorted({json.loads(line)["timestamp"] for line in whole[:(READINGS + 2) * SENSORS]})
        self.end = times[READINGS]
        self.lines = [line for line in whole if json.loads(line)["timestamp"] < self.end]
        self.closing = [line for line in whole if json.loads(line)["timestamp"] == self.end]
        made = yaml.safe_load((self.folder / "made/bellwether.yaml").read_text())
        self.detector = {**made["detectors"][0], "source": {"http": {}}}

    def start(self, **changes):
        token = {"name": "stream", "role": "editor", "sha256": hashlib.sha256(KEY.encode()).hexdigest()}
        return self.server({"server": {"auth": {"tokens": [token]}}, "log": {"level": "warning"},
                            "detectors": [self.detector], **changes}, token=KEY)

    def records_of(self, lines, form):
        """The same lines, as producers put them into records."""
        if form == 0:  # A reading per record, with its line break.
            return [line.encode() + b"\n" for line in lines]
        if form == 1:  # A reading per record, without.
            return [line.encode() for line in lines]
        if form == 2:  # Readings with nothing between them.
            return ["".join(lines[:20]).encode(), "".join(lines[20:]).encode()]
        return [gzip.compress("\n".join(lines).encode())]

    def deliver(self, server, lines, at_once=400, on_request=lambda number: None):
        for number, begin in enumerate(range(0, len(lines), at_once)):
            on_request(number)
            stream = FirehoseStream(server, "airquality", KEY, is_packed=number % 2 == 1)
            records = self.records_of(lines[begin:begin + at_once], number % 4)
            request = stream.deliver(records)
            if number % 5 == 0:  # The answer was lost on the way back.
                self.assertEqual(stream.attempt(request).status, 200)

    def backtest_groups(self):
        source = {"file": {"path": "rows.jsonl", "format": "json"}}
        config = self.folder / "backtest.yaml"
        config.write_text(json.dumps({"detectors": [{**self.detector, "source": source}]}))
        rows = self.folder / "rows.jsonl"
        rows.write_text("\n".join(self.lines) + "\n")
        done = harness.bellwether("backtest", "--config", config, "--detector", "airquality",
                                  "--output", self.folder / "groups.jsonl", rows)
        self.assertEqual(done.returncode, 0, done.stderr)
        groups = [json.loads(line)
                  for line in (self.folder / "groups.jsonl").read_text().splitlines()]
        return sorted(groups, key=lambda group: (group["start"], group["id"]))

    def labelled_times(self):
        with open(self.folder / "made/labels.csv") as labels:
            return {row["timestamp"] for row in csv.DictReader(labels)
                    if "1" in (row["pm25_label"], row["co2_label"], row["temperature_label"])}

    def rows_counted(self, server):
        return sum(one["rows"] for one in server.list("/detectors/airquality/quality", "intervals",
                                                      limit=1000))

    def test_from_sensors_to_groups(self):
        """every row once, the values of every sensor, the groups of a backtest over the file"""
        server = self.start()
        self.deliver(server, self.lines)
        self.deliver(server, self.closing)
        server.wait_for_intervals("airquality", READINGS, seconds=120)

        self.assertEqual(self.rows_counted(server), len(self.lines))
        readings = [row for row in map(json.loads, self.lines) if row["sensor"] == "aq-03"]
        for measure in ("pm25", "co2", "temperature"):
            points = server.get("/detectors/airquality/points", measure=measure,
                                **{"dimension.sensor": "aq-03", "dimension.room": "kitchen"})
            self.assertEqual([value for value in points["values"] if value is not None],
                             [row[measure] for row in readings])

        wanted = self.backtest_groups()
        found = server.groups("airquality")
        self.assertEqual([group["id"] for group in found], [group["id"] for group in wanted])
        for one, other in zip(found, wanted):
            self.assertEqual({key: one.get(key) for key in other}, other)
        labelled = self.labelled_times()
        severe = [group for group in found if group["severity"] >= 70]
        self.assertTrue(severe, "six days hold an event that is plain to see")
        self.assertTrue(any(group["start"] in labelled for group in severe))

    def test_a_server_that_dies(self):
        """killed between requests and started again while Firehose retries: every row once"""
        server = self.start()

        def on_request(number):
            if number % 3 == 2:
                server.kill()
                server.start(is_awaited=False)

        self.deliver(server, self.lines[:8000], on_request=on_request)
        self.deliver(server, self.closing)
        last = json.loads(self.lines[7999])["timestamp"]
        harness.wait_until(lambda: self.rows_counted(server) == 8000, "8000 rows", seconds=60)
        self.assertLess(last, self.end)


class Deliveries(harness.Case):
    """What Firehose is told when a delivery cannot be taken."""

    DETECTOR = {"name": "air", "interval": "5m", "timestamp": {"column": "time", "format": "RFC3339"},
                "measures": [{"column": "pm25", "aggregate": "avg"}], "dimensions": ["sensor"],
                "source": {"http": {}}}

    def setUp(self):
        super().setUp()
        tokens = [{"name": role, "role": role, "sha256": hashlib.sha256(role.encode()).hexdigest()}
                  for role in ("viewer", "editor")]
        self.air = self.server({"server": {"auth": {"tokens": tokens},
                                           "limits": {"body_bytes": 65536}},
                                "detectors": [self.DETECTOR]}, token="editor")

    def attempt(self, records, key="editor", detector="air", is_packed=False, is_chunked=False):
        stream = FirehoseStream(self.air, detector, key, is_packed)
        headers, body = stream.request(records)
        self.air.token = None  # The key alone opens the door.
        answer = stream.attempt((headers, iter([body]) if is_chunked else body))
        self.air.token = "editor"
        said = answer.json()
        self.assertEqual(said["requestId"], headers["X-Amz-Firehose-Request-Id"])
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        return answer.status, said.get("errorMessage", "")

    def test_who_may_deliver(self):
        """401, 403, 404 in Firehose's own form"""
        row = b'{"time":"2026-03-20T08:00:00Z","sensor":"a","pm25":7}'
        self.assertEqual(self.attempt([row]), (200, ""))
        self.assertEqual(self.attempt([row], key="guess"), (401, "the token is not known here"))
        self.assertEqual(self.attempt([row], key=None)[0], 401)
        self.assertEqual(self.attempt([row], key="viewer")[0], 403)
        self.assertEqual(self.attempt([row], detector="nobody")[0], 404)

    def test_what_is_too_large_or_broken(self):
        """413 is final for Firehose, so it is for what is too large alone; bad rows are no fault"""
        self.assertEqual(self.attempt([b" " * 60000])[0], 413)
        self.assertEqual(self.attempt([b" " * 60000], is_packed=True)[0], 413)
        self.assertEqual(self.attempt([b" " * 60000], is_chunked=True)[0], 413)
        self.assertEqual(self.attempt([gzip.compress(b" " * 70000)])[0], 413)
        self.assertEqual(self.attempt([b"no row", gzip.compress(b"x")[:-3], b'{"time":1}']), (200, ""))


if __name__ == "__main__":
    harness.main()
