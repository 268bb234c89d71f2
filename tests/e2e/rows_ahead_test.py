#!/usr/bin/env python3
"""Senders whose clocks are fast: their rows wait, and make nothing late for others."""

import datetime
import time

import harness
from harness import wait_until

INTERVAL = 1  # Seconds, as all that follow.
OFFSET = 2
AHEAD = (0, 1, 2, 3, 5, 10)
HONEST_FOR = 8
DOWN_FOR = 7  # Most of the rows that wait come due meanwhile.


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def row(moment):
    return {"timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "shop": "a", "orders": 1}


class RowsAhead(harness.Case):
    """Rows whose times are ahead of the server's clock"""

    def setUp(self):
        super().setUp()
        detector = {"name": "shop", "interval": f"{INTERVAL}s", "offset": f"{OFFSET}s",
                    "measures": [{"column": "orders", "aggregate": "sum"}], "dimensions": ["shop"],
                    "timestamp": {"format": "RFC3339"}, "source": {"http": {}}}
        self.shop = self.server({"detectors": [detector]})
        self.sent = 0

    def push(self, moments):
        answer = self.shop.push("shop", [row(moment) for moment in moments])
        self.assertEqual((answer.status, answer.json()["accepted"]), (202, len(moments)), answer)
        self.sent += len(moments)

    def push_ahead(self):
        began = now()
        self.push([began + datetime.timedelta(seconds=ahead) for ahead in AHEAD])

    def intervals(self):
        return self.shop.list("/detectors/shop/quality", "intervals")

    def assert_only_what_is_over_is_closed(self):
        for interval in self.intervals():
            start = datetime.datetime.fromisoformat(interval["start"].replace("Z", "+00:00"))
            self.assertLessEqual(start + datetime.timedelta(seconds=INTERVAL), now())

    def assert_every_row_counts(self):
        wait_until(lambda: sum(one["rows"] for one in self.intervals()) == self.sent,
                   f"all of {self.sent} rows", seconds=max(AHEAD) + 30)
        for interval in self.intervals():
            self.assertEqual(interval["rejected"]["total"], 0, interval)

    def test_make_nothing_late_for_others(self):
        """rows at +0 to +10 intervals, then honest ones: all count, no interval closes early"""
        self.push_ahead()
        end = time.monotonic() + HONEST_FOR
        while time.monotonic() < end:
            self.push([now()])
            self.assert_only_what_is_over_is_closed()
            time.sleep(0.2)
        self.assert_every_row_counts()

    def test_wait_over_a_crash(self):
        """rows that came due while the server was down do not close what was taken beside them"""
        self.push([now()])
        self.shop.wait_for_intervals("shop", 1)
        self.push_ahead()
        for _ in range(5):
            self.push([now()])
        self.shop.kill()
        time.sleep(DOWN_FOR)
        self.shop.start()
        self.assert_every_row_counts()


if __name__ == "__main__":
    harness.main()
