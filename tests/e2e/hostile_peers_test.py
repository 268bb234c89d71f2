#!/usr/bin/env python3
"""Remote systems that claim absurd lengths, never end, or send a byte a second: memory stays within
`server.memory`, other detectors keep their pace, and the server ends when it is asked to."""

import datetime
import pathlib
import re
import signal
import sys
import threading
import time

import harness
import hostile_peers

MEMORY = 256 << 20
SECONDS = 15  # Under attack.
LONG = "--long" in sys.argv

S3_BUCKETS = {"huge": "s3://huge/object", "endless-list": "s3://endless-list/x/",
              "empty-pages": "s3://empty-pages/x/", "endless-page": "s3://endless-page/x/",
              "many-marks": "s3://many-marks/x/", "slow-list": "s3://slow-list/x/",
              "slow-object": "s3://slow-object/x/", "endless-object": "s3://endless-object/x/"}
DATABASES = ["long-row", "absurd-length", "slow-row", "endless-settings", "endless-notices",
             "endless-rows", "endless-greeting"]


def resident(pid, name="VmRSS"):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(name + r":\s+(\d+) kB", status)[1]) * 1024


def detector(name, source, interval="1h"):
    return {"name": name, "interval": interval, "learning_intervals": 10,
            "timestamp": {"column": "t", "format": "RFC3339"},
            "measures": [{"column": "v", "aggregate": "sum"}], "source": source}


class HostilePeers(harness.Case):
    def setUp(self):
        super().setUp()
        self.s3 = hostile_peers.s3()
        self.postgres = hostile_peers.postgres()
        self.kafka = hostile_peers.kafka()
        for peer in (self.s3, self.postgres, self.kafka):
            self.addCleanup(peer.stop)

    def s3_source(self, place):
        return {"s3": {"endpoint": f"http://127.0.0.1:{self.s3.port}", "anonymous": True,
                       "addressing": "path", "historical": [place], "region": "eu-west-1"}}

    def postgres_source(self, database):
        url = self.folder / f"url-{database}"
        url.write_text(f"postgresql://me:pw@127.0.0.1:{self.postgres.port}/{database}\n")
        return {"postgres": {"url_file": str(url), "table": "t", "historical": 4}}

    def honest(self):
        return [detector("pushed", {"http": {}}, interval="1s"),
                detector("good", self.s3_source("s3://good/rows.csv"), interval="1m")]

    def hostile(self):
        kafka = {"kafka": {"brokers": f"127.0.0.1:{self.kafka.port}", "topic": "t"}}
        return ([detector(name, self.s3_source(place)) for name, place in S3_BUCKETS.items()] +
                [detector(name, self.postgres_source(name)) for name in DATABASES] +
                [detector("kafka", kafka), detector("kafka-2", kafka)])

    def configuration(self, detectors):
        return {"server": {"memory": "256MiB"}, "detectors": detectors}

    def push_now(self, server):
        now = datetime.datetime.now(datetime.timezone.utc)
        row = {"t": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z", "v": 1}
        began = time.monotonic()
        answer = server.push("pushed", [row])
        self.assertEqual(answer.status, 202, answer)
        return time.monotonic() - began

    def push_for(self, server, seconds):
        """Pushes ten rows a second; the slowest answer and how many intervals were closed."""
        before = server.status("pushed")["intervals"]
        end = time.monotonic() + seconds
        slowest = 0
        while time.monotonic() < end:
            slowest = max(slowest, self.push_now(server))
            time.sleep(0.1)
        return slowest, server.status("pushed")["intervals"] - before

    def test_holds_its_memory_its_pace_and_its_word(self):
        """all of them at once: memory, other detectors, words, an end"""
        server = self.server(self.configuration(self.honest()))
        _, in_peace = self.push_for(server, 4)
        baseline = resident(server.process.pid)

        server.configure(self.configuration(self.honest() + self.hostile()))
        server.signal(signal.SIGHUP)
        harness.wait_until(lambda: len(server.get("/detectors")["detectors"]) > 10,
                           "the hostile detectors")
        peak = Peak(server.process.pid)
        seconds = 120 if LONG else SECONDS
        slowest, intervals = self.push_for(server, seconds)
        grown = peak.stop() - baseline
        print(f"resident {baseline >> 20} MiB, then {grown >> 20} MiB more at most; slowest push "
              f"{slowest:.2f} s; {intervals} intervals in {seconds} s, {in_peace} in 4 s of peace; "
              f"S3 sent {self.s3.sent_bytes >> 20} MiB, PostgreSQL "
              f"{self.postgres.sent_bytes >> 20} MiB, Kafka {self.kafka.sent_bytes >> 20} MiB",
              flush=True)

        self.assertLess(grown, MEMORY)
        self.assertLess(slowest, 2)
        self.assertGreaterEqual(intervals, seconds // 2)
        good = server.status("good")
        self.assertGreaterEqual(good["intervals"], 9)
        for peer in (self.s3, self.postgres, self.kafka):
            self.assertGreater(peer.connections, 0)
        self.check_words(server)

        server.signal(signal.SIGTERM)
        began = time.monotonic()
        self.assertEqual(server.process.wait(timeout=30), 0)
        print(f"ended {time.monotonic() - began:.1f} s after SIGTERM", flush=True)

    def check_words(self, server):
        """Each says what is wrong, and by which bound."""
        status = server.status("huge")
        self.assertEqual(status["state"], "failed")
        self.assertIn("max_object_bytes", status["failure"])
        for words in ("share of server.memory for one listing", "max_page_bytes",
                      "most_page_marks", "max_row_bytes", "max_bytes_beside_rows",
                      "receive.message.max.bytes"):
            harness.wait_until(lambda: words in server.log(), f"a word of {words} in the log")
        if LONG:  # Ten thousand empty pages take a while.
            self.assertTrue("most_listing_pages" in server.log())
        self.assertEqual(server.process.poll(), None)


class Peak:
    """The most that a process holds while this looks."""

    def __init__(self, pid):
        self.pid = pid
        self.bytes = 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.is_over.wait(0.02):
            self.bytes = max(self.bytes, resident(self.pid))

    def stop(self):
        self.is_over.set()
        self.thread.join()
        return self.bytes


if __name__ == "__main__":
    harness.main(deadline_seconds=300, arguments=[a for a in sys.argv[1:] if a != "--long"])
