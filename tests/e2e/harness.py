"""Starts the real binary in a folder of its own and drives it from outside.

Every program of this folder is a unittest program: `tests/e2e/serve_test.py` runs it,
`tests/e2e/run` runs them all. They leave nothing behind and end by themselves.
"""

import contextlib
import gzip
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

SOURCE = pathlib.Path(os.environ.get("BELLWETHER_SOURCE") or
                      pathlib.Path(__file__).resolve().parents[2])
BINARY = (os.environ.get("BELLWETHER") or os.environ.get("BELLWETHER_BINARY") or
          str(SOURCE / "build" / "release" / "bellwether"))

_children = []


def watch(process):
    """Has the watchdog end another program too."""
    _children.append(process)


def free_port():
    """A loopback port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bellwether(*arguments, cwd=None, environment=None, timeout=120):
    """Runs one command to its end."""
    return subprocess.run([BINARY, *map(str, arguments)], cwd=cwd, timeout=timeout, text=True,
                          capture_output=True, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(environment or {})})


def wait_until(condition, what, seconds=20, pause=0.05):
    """The first true value of `condition`, or a failure that says what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)


class Answer:
    """What the server said."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Server:
    """`bellwether serve` with its configuration and data in `folder`.

    The configuration is a dict; written as JSON, which is YAML too.
    """

    def __init__(self, folder, config, token=None):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.token = token
        self.data = self.folder / "data"
        self.config_path = self.folder / "bellwether.yaml"
        self.process = None
        self.configure(config)

    def configure(self, config):
        whole = {"server": {}, "store": {}, **config}
        whole["server"] = {"listen": f"127.0.0.1:{self.port}", **whole["server"]}
        whole["store"] = {"path": str(self.data), **whole["store"]}
        self.config_path.write_text(json.dumps(whole, indent=1) + "\n")

    def start(self, is_awaited=True):
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--config", str(self.config_path)], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _children.append(self.process)
        if is_awaited:
            wait_until(self.is_ready, "the server to be ready")
        return self

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log()}")
        try:
            return self.request("GET", "/readyz").status == 200
        except OSError:
            return False

    def part(self, name):
        """How a part of the server is, as /readyz shows it; not ready where it does not."""
        try:
            parts = self.request("GET", "/readyz").json()["parts"]
        except OSError:
            parts = {}
        return parts.get(name, {"ready": False})

    def log(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Asks it to end; its exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self):
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=10)

    def request(self, method, path, body=None, headers=None, timeout=20):
        """One request; OSError or HTTPException when the connection is lost."""
        headers = dict(headers or {})
        if self.token and "Authorization" not in headers:
            headers["Authorization"] = "Bearer " + self.token
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())

    def api(self, method, path, body=None, headers=None, query=None):
        """One request of the native API."""
        query = "?" + urllib.parse.urlencode(query) if query else ""
        return self.request(method, "/api/v1" + path + query, body, headers)

    def get(self, path, **query):
        """The document at a path of the native API."""
        answer = self.api("GET", path, query=query)
        if answer.status != 200:
            raise AssertionError(f"GET {path} {query}: {answer}")
        return answer.json()

    def list(self, path, member, **query):
        """All items of a paged list."""
        items = []
        while True:
            page = self.get(path, **query)
            items += page[member]
            if not page.get("next_cursor"):
                return items
            query["cursor"] = page["next_cursor"]

    def push(self, detector, rows, headers=None, key=None):
        """Pushes rows, dicts, as JSON lines."""
        headers = {"Content-Type": "application/x-ndjson", **(headers or {})}
        if key is not None:
            headers["Idempotency-Key"] = key
        body = "".join(json.dumps(row) + "\n" for row in rows)
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body.encode())
        return self.api("POST", f"/detectors/{detector}/rows", body, headers)

    def push_all(self, detector, rows, batch=1000):
        """Pushes rows in batches; each must be taken whole."""
        for begin in range(0, len(rows), batch):
            part = rows[begin:begin + batch]
            answer = self.push(detector, part)
            if answer.status != 202 or answer.json()["accepted"] != len(part):
                raise AssertionError(f"rows from {begin} on were not taken: {answer}")

    def status(self, detector):
        return self.get(f"/detectors/{detector}")["status"]

    def wait_for_intervals(self, detector, count, seconds=60):
        """Waits until that many intervals are committed."""
        return wait_until(lambda: self.status(detector)["intervals"] >= count,
                          f"{count} intervals of {detector}", seconds)

    def groups(self, detector, **query):
        """All anomaly groups in full, by start and id."""
        found = self.list("/anomalies", "anomalies", detector=detector, limit=100, **query)
        whole = [self.get("/anomalies/" + group["id"]) for group in found]
        return sorted(whole, key=lambda group: (group["start"], group["id"]))


class Case(unittest.TestCase):
    """A test with a folder of its own that ends its servers by itself."""

    maxDiff = 4000

    def setUp(self):
        kept = tempfile.TemporaryDirectory(prefix="bellwether-e2e-")
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)

    def server(self, config, token=None, name="server"):
        """A started server."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        server = Server(folder, config, token)
        self.addCleanup(end, server)
        return server.start()

    def assert_problem(self, answer, status, *words):
        """The answer is a problem document that says `words`."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers.get("Content-Type"), "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], status)
        for word in words:
            self.assertIn(word, json.dumps(problem))


def end(server):
    if server.process is not None and server.process.poll() is None:
        server.process.kill()
        server.process.wait(timeout=10)


def _give_up(_signal, _frame):
    for child in _children:
        if child.poll() is None:
            child.kill()
    raise SystemExit("gave up: the whole program took too long")


def main(deadline_seconds=240, arguments=None):
    """Runs the tests of the calling program; a watchdog ends them and their servers."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(deadline_seconds)
    if not os.access(BINARY, os.X_OK):
        raise SystemExit(f"{BINARY} is not there; run scripts/build, or set BELLWETHER")
    unittest.main(verbosity=2, argv=sys.argv[:1] + (sys.argv[1:] if arguments is None else arguments))
