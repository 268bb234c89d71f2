#!/usr/bin/env python3
"""A server that strangers lean on: does it stay alive, small and fair?

Side by side on one server with `server.memory: 256MiB`, for `--seconds`:

    1,000 connections that say nothing, made again whenever the server ends one
    300 readers that ask for a long answer and do not read it
    40 gzip pushes at a time of 11 million empty rows (32 KB that unpack to 32 MB)
    8 senders of one byte a second

once from 20 loopback addresses and once from a single one, while a prober asks `/healthz` on
connections of its own and an honest client pushes rows as fast as it is served. Before, the honest
client is measured alone. The program fails when a bound of the table at its end is broken.

    python3 bench/overload.py [--seconds 40] [--intervals 20000] [--arrays]
"""

import argparse
import asyncio
import collections
import datetime
import gzip
import http.client
import json
import multiprocessing
import pathlib
import resource
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "e2e"))
from harness import Server, wait_until  # noqa: E402

MEMORY_MIB = 256
SPARE_MIB = 300  # What a server holds that does no more than stand: code, store, caches.
SLOWEST_HEALTH = 1.0
LEAST_SHARE_OF_RATE = 1 / 3
HONEST = "127.0.0.1"
EMPTY_ROWS = 11_184_810


def rfc3339(time_of):
    return time_of.strftime("%Y-%m-%dT%H:%M:%SZ")


def detector(name, source):
    return {"name": name, "interval": "1m", "measures": [{"column": "views"}],
            "timestamp": {"format": "RFC3339"}, "source": source}


def write_history(path, intervals):
    """One row a minute up to an hour ago."""
    first = (datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) -
             datetime.timedelta(minutes=intervals + 60))
    with open(path, "w") as file:
        file.write("timestamp,views\n")
        for i in range(intervals):
            file.write(f"{rfc3339(first + datetime.timedelta(minutes=i))},{i % 97}\n")
    return first


def resident_mib(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


class Attack:
    """What strangers do, on an event loop of its own process."""

    def __init__(self, port, addresses, points_path, counts, is_array):
        self.port = port
        self.addresses = addresses
        self.points_path = points_path
        self.counts = counts
        rows = b"[" + b"{}," * (EMPTY_ROWS - 1) + b"{}]" if is_array else b"{}\n" * EMPTY_ROWS
        self.bomb = gzip.compress(rows, 9)
        self.bomb_type = "application/json" if is_array else "application/x-ndjson"
        self.statuses = collections.Counter()

    async def connect(self, number, receive_bytes=None):
        peer = socket.socket()
        peer.setblocking(False)
        if receive_bytes:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        peer.bind((self.addresses[number % len(self.addresses)], 0))
        await asyncio.get_running_loop().sock_connect(peer, ("127.0.0.1", self.port))
        return peer

    async def repeat(self, work, number):
        while True:
            try:
                await work(number)
            except OSError:
                pass
            await asyncio.sleep(1)

    async def say_nothing(self, number):
        with await self.connect(number) as peer:
            await asyncio.get_running_loop().sock_recv(peer, 1)

    async def ask_and_not_read(self, number):
        with await self.connect(number, 4096) as peer:
            await asyncio.get_running_loop().sock_sendall(
                peer, f"GET {self.points_path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            while peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                await asyncio.sleep(0.5)
                # Whether the server has given up shows in the state of the connection alone.
                state = peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
                if state != 1:
                    return

    async def push_bomb(self, number):
        loop = asyncio.get_running_loop()
        with await self.connect(number) as peer:
            head = ("POST /api/v1/detectors/pushed/rows HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    f"Content-Type: {self.bomb_type}\r\nContent-Encoding: gzip\r\n"
                    f"Content-Length: {len(self.bomb)}\r\nConnection: close\r\n\r\n")
            await loop.sock_sendall(peer, head.encode() + self.bomb)
            answer = await loop.sock_recv(peer, 4096)
            self.statuses[answer.split(b" ", 2)[1].decode() if b" " in answer else "cut off"] += 1

    async def send_slowly(self, number):
        loop = asyncio.get_running_loop()
        with await self.connect(number) as peer:
            await loop.sock_sendall(peer, b"POST /api/v1/detectors/pushed/rows HTTP/1.1\r\n"
                                    b"Host: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n"
                                    b"Transfer-Encoding: chunked\r\n\r\n100000\r\n")
            while True:
                await loop.sock_sendall(peer, b" ")
                await asyncio.sleep(1)

    async def run(self, statuses):
        idle, readers, bombs, slow = self.counts
        for work, count in ((self.say_nothing, idle), (self.ask_and_not_read, readers),
                            (self.push_bomb, bombs), (self.send_slowly, slow)):
            for number in range(count):
                asyncio.ensure_future(self.repeat(work, number))
        while True:
            await asyncio.sleep(1)
            statuses.update(self.statuses)


def attack(statuses, *arguments):
    asyncio.run(Attack(*arguments).run(statuses))


class Prober(threading.Thread):
    """Asks for health ten times a second, each time on a new connection."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.times = []
        self.failures = []
        self.is_over = False

    def run(self):
        while not self.is_over:
            began = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request("GET", "/healthz")
                status = connection.getresponse().status
                connection.close()
                if status == 200:
                    self.times.append(time.monotonic() - began)
                else:
                    self.failures.append(f"status {status}")
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            time.sleep(max(0, 0.1 - (time.monotonic() - began)))

    def p99(self):
        """Of all that were asked; one that failed took for ever."""
        if not self.times:
            return float("inf")
        all_times = sorted(self.times) + [float("inf")] * len(self.failures)
        return all_times[int(len(all_times) * 0.99)]


class Watcher(threading.Thread):
    """Keeps the largest resident memory that it saw."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.is_over = False

    def run(self):
        while not self.is_over:
            self.peak = max(self.peak, resident_mib(self.pid))
            time.sleep(0.05)


def push_honestly(port, seconds):
    """Rows a second of a client that pushes 1,000 at a time on one connection."""
    deadline = time.monotonic() + seconds
    pushed = 0
    refused = collections.Counter()
    connection = None
    while time.monotonic() < deadline:
        now = rfc3339(datetime.datetime.now(datetime.timezone.utc))
        body = "".join(f'{{"timestamp":"{now}","views":{i}}}\n' for i in range(1000))
        try:
            if connection is None:
                connection = http.client.HTTPConnection(HONEST, port, timeout=30)
            connection.request("POST", "/api/v1/detectors/honest/rows", body,
                               {"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 202:
                pushed += 1000
            else:
                refused[answer.status] += 1
                time.sleep(int(answer.headers.get("Retry-After", "1")))
        except (OSError, http.client.HTTPException) as error:
            refused[type(error).__name__] += 1
            connection = None
    return pushed / seconds, dict(refused)


def run_under(name, addresses, server, points_path, counts, seconds, is_array):
    manager = multiprocessing.Manager()
    statuses = manager.dict()
    strangers = multiprocessing.Process(
        target=attack, args=(statuses, server.port, addresses, points_path, counts, is_array),
        daemon=True)
    prober = Prober(server.port)
    watcher = Watcher(server.process.pid)
    strangers.start()
    time.sleep(5)  # Until all have connected.
    watcher.start()
    prober.start()
    rate, refused = push_honestly(server.port, seconds)
    metrics = server.request("GET", "/metrics", timeout=60).body
    text = metrics.decode() if isinstance(metrics, bytes) else metrics
    used = [line for line in text.splitlines() if line.startswith("bellwether_memory_used_bytes")]
    prober.is_over = watcher.is_over = True
    prober.join()
    watcher.join()
    strangers.terminate()
    strangers.join()
    print(f"{name}: /healthz p99 {prober.p99():.3f} s of {len(prober.times)} asked, failures "
          f"{collections.Counter(prober.failures).most_common(3)}; resident at most "
          f"{watcher.peak:.0f} MiB; honest {rate:.0f} rows/s, refused {refused}; bombs "
          f"{dict(statuses)}; {used[0] if used else ''}", flush=True)
    return prober.p99(), watcher.peak, rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--arrays", action="store_true", help="rows in a JSON array, not in lines")
    parser.add_argument("--intervals", type=int, default=20_000)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        history = pathlib.Path(folder) / "history.csv"
        first = write_history(history, options.intervals)
        server = Server(folder, {
            "server": {"memory": f"{MEMORY_MIB}MiB"},
            "detectors": [detector("long", {"file": {"historical": [str(history)]}}),
                          detector("pushed", {"http": {}}), detector("honest", {"http": {}})]})
        server.start()
        try:
            for name in ("long", "pushed", "honest"):
                server.request("POST", f"/api/v1/detectors/{name}/activate")
            wait_until(lambda: json.loads(server.request(
                "GET", "/api/v1/detectors/long").body)["status"]["intervals"] >=
                options.intervals - 10, "the history to be read", 900, 1)
            points_path = f"/api/v1/detectors/long/points?from={rfc3339(first)}"
            size = len(server.request("GET", points_path).body)
            alone, refused = push_honestly(server.port, options.seconds / 2)
            print(f"alone: resident {resident_mib(server.process.pid):.0f} MiB; an answer of "
                  f"{size} bytes; honest {alone:.0f} rows/s, refused {refused}", flush=True)
            counts = (1000, 300, 40, 8)
            many = [f"127.0.1.{i}" for i in range(1, 21)]
            results = [run_under("from 20 addresses", many, server, points_path, counts,
                                 options.seconds, options.arrays),
                       run_under("from one address", ["127.0.1.1"], server, points_path, counts,
                                 options.seconds, options.arrays)]
            again, refused = push_honestly(server.port, options.seconds / 2)
            print(f"alone again: resident {resident_mib(server.process.pid):.0f} MiB; honest "
                  f"{again:.0f} rows/s", flush=True)
            is_alive = server.request("GET", "/healthz").status == 200
        finally:
            server.stop()
    usual = (alone + again) / 2  # Other work on the machine comes and goes.
    broken = [f"{what}: {value}" for slowest, peak, rate in results
              for what, value, holds in (
                  ("/healthz p99", slowest, slowest <= SLOWEST_HEALTH),
                  ("resident MiB", peak, peak <= MEMORY_MIB + SPARE_MIB),
                  ("share of the honest rate", rate / usual, rate >= usual * LEAST_SHARE_OF_RATE))
              if not holds]
    print("bounds broken: " + "; ".join(broken) if broken else "all bounds hold")
    sys.exit(1 if broken or not is_alive else 0)


if __name__ == "__main__":
    main()
