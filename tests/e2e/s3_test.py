#!/usr/bin/env python3
"""The S3 source against a real S3 server, through a proxy that does what can go wrong."""

import datetime
import gzip
import time

import harness
import made_up
import s3_server
from faulty_proxy import FaultyProxy
from harness import wait_until

SPEED = 10_800  # Three hours a second.
HISTORY = 96
BUCKET = "shop"
PATH = "s3://shop/ecommerce/live/{{yyyyMMdd}}/{{HHmm}}/"


def folder_of(hour):
    at = made_up.START + datetime.timedelta(hours=hour)
    return at.strftime("ecommerce/live/%Y%m%d/%H%M/")


def orders_by_hour(rows):
    totals = {}
    for row in rows:
        at = row["timestamp"].replace(" ", "T") + "Z"
        totals[at] = totals.get(at, 0) + row["orders"]
    return totals


class S3Case(harness.Case):
    """A test with an S3 server, a proxy before it and a bucket of its own."""

    TLS_BUCKET = None

    def setUp(self):
        super().setUp()
        self.s3 = s3_server.S3Server(self.folder, self.TLS_BUCKET)
        self.addCleanup(self.s3.stop)
        self.s3.start()
        self.s3.make_bucket(BUCKET)
        self.proxy = FaultyProxy(self.s3.port)
        self.addCleanup(self.proxy.stop)
        self.secret = self.folder / "secret"
        self.secret.write_text(s3_server.SECRET + "\n")

    def config(self, first_hour, speed=SPEED, **source):
        source = {"path": PATH, "format": "csv", **source}
        start = made_up.START + datetime.timedelta(hours=first_hour)
        return {"clock": {"mode": "replay", "start": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
                          "speed": speed},
                "log": {"level": "info"},
                "aws": {"region": s3_server.REGION, "s3_endpoint": self.proxy.url,
                        "credentials": {"access_key_id": s3_server.ACCESS_KEY,
                                        "secret_file": str(self.secret)}},
                "detectors": [made_up.detector(source={"s3": source})]}

    def put_live(self, hour, rows=None):
        """An hour's rows in two objects, one of them packed."""
        rows = made_up.rows(1, first=hour) if rows is None else rows
        half = len(rows) // 2
        self.s3.put(BUCKET, folder_of(hour) + "first.csv", made_up.to_csv(rows[:half]))
        self.s3.put(BUCKET, folder_of(hour) + "second",
                    gzip.compress(made_up.to_csv(rows[half:]).encode()))
        return rows

    def points(self, server, first, last):
        """The orders of all series together, by hour."""
        points = server.get("/detectors/shop/points", measure="orders",
                            **{"from": made_up.rfc3339(first), "to": made_up.rfc3339(last)})
        return {at: value for at, value in zip(points["timestamps"], points["values"])
                if value is not None}

    def quality(self, server):
        return {one["start"]: one for one in server.list("/detectors/shop/quality", "intervals")}


class EverythingArrives(S3Case):
    """History and live folders, through every fault and four kills"""

    LIVE = 30

    def setUp(self):
        super().setUp()
        self.rows = made_up.rows(HISTORY)
        for day in range(4):
            text = made_up.to_csv(self.rows[day * 96:(day + 1) * 96]).encode()
            name = f"ecommerce/backtest/day{day}.csv"
            self.s3.put(BUCKET, name, gzip.compress(text) if day % 2 else text)
        self.s3.put(BUCKET, "ecommerce/backtest/below/not_ours.csv", made_up.to_csv(self.rows[:4]))
        self.s3.put(BUCKET, "ecommerce/backtest/", b"")
        for hour in range(HISTORY, HISTORY + self.LIVE):
            rows = made_up.rows(1, first=hour)
            if hour == HISTORY + 5:
                rows = rows * 2000  # Read in ranges.
            if hour == HISTORY + 8:
                rows += self.put_many(hour)
            self.rows += self.put_live(hour, rows[:8000] if hour == HISTORY + 5 else
                                       made_up.rows(1, first=hour))
            if hour == HISTORY + 8:
                self.rows += rows[4:]

    def put_many(self, hour):
        """More objects than a page of a listing holds."""
        rows = [{**made_up.rows(1, first=hour)[0], "orders": 1, "revenue": 25.5}] * 1050
        text = made_up.to_csv(rows[:1])
        for i in range(len(rows)):
            self.s3.put(BUCKET, folder_of(hour) + f"part {i:04}+.csv", text)
        return rows

    def choose(self, method, path, number):
        is_object = method == "GET" and "list-type=2" not in path
        for every, fault in ((7, "busy"), (19, "broken"), (23, "refused")):
            if number % every == 0 and number < 400:
                return fault
        if number % 11 == 0 and is_object:
            return "cut" if number < 800 else None
        if number % 13 == 0:
            return "slow" if number < 200 else None
        return "altered" if number in (31, 97, 151) else None

    def test_right_totals(self):
        """totals are exact, and no interval was scored in part"""
        self.proxy.choose = self.choose
        source = {"historical": ["s3://shop/ecommerce/backtest"], "part_bytes": 65536}
        server = self.server(self.config(HISTORY, **source))
        end = made_up.rfc3339(HISTORY + self.LIVE - 1)
        hour = HISTORY
        for kill in range(4):
            began = time.monotonic()
            time.sleep(0.9 + 0.4 * kill)
            server.kill()
            hour += (time.monotonic() - began) * SPEED / 3600
            server.configure(self.config(hour, **source))
            server.start()
        wait_until(lambda: server.status("shop").get("last_interval", "") >= end,
                   f"{end}\n{server.log()[-3000:]}", 60)
        wanted = orders_by_hour(self.rows)
        self.assertEqual(self.points(server, 0, HISTORY + self.LIVE), wanted)
        quality = self.quality(server)
        self.assertEqual(sum(quality[at]["rows"] for at in wanted), len(self.rows))
        for at in wanted:
            self.assertNotIn("import_failure", quality[at])
            self.assertEqual(quality[at]["rejected"]["total"], 0, quality[at])
        for fault in ("busy", "broken", "refused", "cut", "slow", "altered"):
            self.assertGreater(self.proxy.counts[fault], 0, self.proxy.counts)
        self.assertIn("SignatureDoesNotMatch", server.log())


class WhatGoesWrongIsTold(S3Case):
    """Intervals that cannot be read are skipped, each with its reason"""

    def test_each_failure_has_its_reason(self):
        first, hours = HISTORY, 16
        wanted = {}
        for hour in range(first, first + hours):
            offset = hour - first
            if offset == 2:
                continue  # Nothing comes.
            if offset == 4:  # Broken off before it was put there.
                packed = gzip.compress(made_up.to_csv(made_up.rows(1, first=hour) * 50).encode())
                self.s3.put(BUCKET, folder_of(hour) + "a.csv",
                            made_up.to_csv(made_up.rows(1, first=hour)))
                self.s3.put(BUCKET, folder_of(hour) + "b.csv", packed[:-40])
                continue
            rows = self.put_live(hour, made_up.rows(1, first=hour - 24) if offset == 6 else None)
            if offset not in (6, 8, 10):
                wanted.update(orders_by_hour(rows))

        def choose(_method, path, _number):
            if folder_of(first + 8) + "second" in path:
                return "cut"
            return "altered" if folder_of(first + 10).replace("/", "%2F") in path else None

        self.proxy.choose = choose
        server = self.server(self.config(first, lookback=1, give_up_after="2s"))
        last = made_up.rfc3339(first + hours - 1)
        wait_until(lambda: server.status("shop").get("last_interval", "") >= last,
                   f"the last hour\n{server.log()[-3000:]}", 60)
        self.assertEqual(self.points(server, first, first + hours), wanted)
        quality = self.quality(server)
        for offset, words in ((2, ["No datapoint was found", "2025-01-05T02:00:00.000",
                                   folder_of(first + 2), "no object"]),
                              (4, ["b.csv", "gzip"]),
                              (6, ["No datapoint was found", "2 objects", "4 rows of other"]),
                              (8, ["second", "bytes remaining"]),
                              (10, ["403", "SignatureDoesNotMatch", "secret"])):
            one = quality[made_up.rfc3339(first + offset)]
            self.assertEqual((one["rows"], one["source"]), (0, "silent"), one)
            for word in words:
                self.assertIn(word, one["import_failure"])
        self.assertGreaterEqual(server.log().count("an interval was not imported"), 5)
        metrics = server.request("GET", "/metrics").body.decode()
        self.assertIn('bellwether_import_failures_total{detector="shop"}', metrics)

    def test_what_comes_late_is_told(self):
        """late rows are counted once, an overwritten object is not read again"""
        hours = 6
        made = [self.put_live(hour) for hour in range(HISTORY, HISTORY + hours)]
        server = self.server(self.config(HISTORY, speed=1800, lookback=1))
        second = made_up.rfc3339(HISTORY + 1)
        wait_until(lambda: server.status("shop").get("last_interval", "") >= second, second)
        late = made_up.to_csv(made[1][:3])
        self.s3.put(BUCKET, folder_of(HISTORY + 1) + "late.csv", late)
        self.s3.put(BUCKET, folder_of(HISTORY + 1) + "first.csv", late)
        last = made_up.rfc3339(HISTORY + hours - 1)
        wait_until(lambda: server.status("shop").get("last_interval", "") >= last, last)
        quality = self.quality(server)
        self.assertEqual(sum(one["rejected"]["reasons"].get("late", 0)
                             for one in quality.values()), 3)
        self.assertIn("late.csv came after its interval had been read", server.log())
        self.assertIn("first.csv was overwritten after its interval", server.log())
        self.assertEqual(self.points(server, HISTORY, HISTORY + hours),
                         orders_by_hour(row for rows in made for row in rows))

    def test_nothing_is_lost_to_a_wrong_secret(self):
        """a source that has never worked waits to be mended, then looks back"""
        wanted = {}
        for hour in range(HISTORY - 20, HISTORY):
            wanted.update(orders_by_hour(self.put_live(hour)))
        self.secret.write_text("guess\n")
        config = self.config(HISTORY, lookback=48, give_up_after="100ms")
        server = harness.Server(self.folder, config)
        self.addCleanup(harness.end, server)
        server.start(is_awaited=False)
        wait_until(lambda: "403 SignatureDoesNotMatch" in server.log(), "the refusal in the log")
        self.assertFalse(server.part("detector shop")["ready"])
        self.assertIn("is the secret of access key 'AKIDBELLWETHER' right", server.log())
        self.assertEqual(server.status("shop")["intervals"], 0)
        self.secret.write_text(s3_server.SECRET + "\n")
        server.wait_for_intervals("shop", 20, 30)
        self.assertEqual(self.points(server, HISTORY - 48, HISTORY), wanted)


class OverTls(S3Case):
    """A server with a certificate of its own, and the bucket's name in the host"""

    TLS_BUCKET = BUCKET

    def setUp(self):
        super().setUp()
        self.wanted = {}
        for hour in range(HISTORY - 20, HISTORY):
            self.wanted.update(orders_by_hour(self.put_live(hour)))

    def config(self, first_hour, speed=SPEED, **source):
        return super().config(first_hour, speed, lookback=48, endpoint=self.s3.url,
                              addressing="virtual_host", **source)

    def test_is_read_where_its_certificate_is_trusted(self):
        server = self.server(self.config(HISTORY, ca_file=str(self.s3.certificate)))
        server.wait_for_intervals("shop", 20, 30)
        self.assertEqual(self.points(server, HISTORY - 48, HISTORY), self.wanted)

    def test_is_told_nothing_where_it_is_not(self):
        server = harness.Server(self.folder, self.config(HISTORY, give_up_after="100ms"))
        self.addCleanup(harness.end, server)
        server.start(is_awaited=False)
        wait_until(lambda: "certificate" in server.log(), "the refusal in the log")
        self.assertFalse(server.part("detector shop")["ready"])
        self.assertIn(f"shop.{self.s3.host}", server.log())
        self.assertEqual(server.status("shop")["intervals"], 0)


if __name__ == "__main__":
    harness.main(200)
