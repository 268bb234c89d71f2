#!/usr/bin/env python3
"""What documents sent over HTTP may name: nothing of the host, and of the network what the owner lists."""

import hashlib
import http.server
import json
import os
import signal
import threading

import harness
import made_up
from harness import wait_until


class Listener:
    """Takes every request on a free port, notes it, and answers what it is told."""

    def __init__(self, status=403, headers=None, body=b""):
        self.requests = []
        noted = self.requests

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                noted.append((self.path, {name.lower(): value
                                          for name, value in self.headers.items()}))
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def detector(source, name="d"):
    return {"name": name, "interval": "1h", "timestamp": {"column": "t", "format": "RFC3339"},
            "measures": [{"column": "m", "aggregate": "count"}], "source": source}


KERBEROS = {"security.protocol": "sasl_plaintext", "sasl.mechanism": "GSSAPI",
            "sasl.kerberos.keytab": "x"}


class Gate(harness.Case):
    TOKENS = {"reader": "viewer", "writer": "editor", "chief": "admin"}

    def listener(self, **answer):
        listener = Listener(**answer)
        self.addCleanup(listener.close)
        return listener

    def with_tokens(self, config=None, **server):
        tokens = [{"name": name, "role": role, "sha256": hashlib.sha256(name.encode()).hexdigest()}
                  for name, role in self.TOKENS.items()]
        return self.server({**(config or {}), "server": {"auth": {"tokens": tokens}, **server}},
                           token="writer")

    def refuse(self, house, source, *words, by="writer"):
        answer = house.api("POST", "/detectors", detector(source),
                           {"Authorization": "Bearer " + by})
        self.assert_problem(answer, 403, *words)
        self.assertEqual(house.list("/detectors", "detectors"), [])

    def wait_for_failure(self, house, *words, name="d"):
        def failure():
            status = house.status(name)
            text = status.get("failure", "")
            return status["state"] == "failed" and all(word in text for word in words)
        wait_until(failure, f"a failure that says {words}")


class Commands(Gate):
    """B1: no property of Kafka's runs a command or loads a library."""

    def hostile(self, witness):
        yield {**KERBEROS, "sasl.kerberos.principal": f"x$(touch {witness})"}
        yield {"security.protocol": "ssl", "ssl.providers": str(self.folder / "evil.so")}
        yield {"security.protocol": "ssl", "ssl.engine.id": "evil"}
        yield {"plugin.library.paths": "evil"}

    def test_over_the_api(self):
        """refused for a caller without a token, an editor and an admin; nothing is run"""
        witness = self.folder / "witness"
        for house, roles in ((self.with_tokens(), ("writer", "chief")),
                             (self.server({}, name="open"), ("nobody",))):
            for by in roles:
                for properties in self.hostile(witness):
                    answer = house.api("POST", "/detectors", detector({"kafka": {
                        "brokers": "127.0.0.1:1", "topic": "t", "properties": properties}}),
                        {"Authorization": "Bearer " + by})
                    self.assertIn(answer.status, (400, 403), answer)
            self.assertEqual(house.list("/detectors", "detectors"), [])
            self.assertEqual(house.stop(), 0)
        self.assertFalse(witness.exists())

    def test_in_the_configuration(self):
        """refused in a source, a connection and a sink, each with its place"""
        witness = self.folder / "witness"
        for properties in self.hostile(witness):
            kafka = {"brokers": "127.0.0.1:1", "topic": "t", "properties": properties}
            connection = {"brokers": "127.0.0.1:1", "topics": ["t"], "properties": properties}
            for part, config in (
                    ("detectors[0].source.kafka", {"detectors": [detector({"kafka": kafka})]}),
                    ("connections[0].kafka", {"connections": [{"name": "c", "kafka": connection}]}),
                    ("sinks[0].kafka", {"sinks": [{"name": "k", "kafka": kafka}]})):
                path = self.folder / "config.yaml"
                path.write_text(json.dumps(config))
                checked = harness.bellwether("check", "--config", path)
                self.assertEqual(checked.returncode, 1, properties)
                self.assertIn(part + ".properties.", checked.stdout + checked.stderr)
                self.assertIn("cannot be set", checked.stdout + checked.stderr)
        self.assertFalse(witness.exists())

    def test_kerberos_itself(self):
        """a log-in by tickets that somebody else renews runs no kinit"""
        kafka = {"brokers": "127.0.0.1:1", "topic": "t", "properties": {
            "security.protocol": "sasl_plaintext", "sasl.mechanism": "GSSAPI"}}
        house = harness.Server(self.folder, {"detectors": [detector({"kafka": kafka})]})
        self.addCleanup(harness.end, house)
        house.start(is_awaited=False)
        wait_until(lambda: "127.0.0.1:1" in house.log(), "a try to reach the broker")
        self.assertNotIn("kinit", house.log())
        self.assertEqual(house.stop(), 0)


class Secrets(Gate):
    """B2, B3, M1, m6, m7: no file, variable, secret or address."""

    def test_of_the_host(self):
        """an editor gets 403, and the address that was named is never called"""
        stranger = self.listener()
        house = self.with_tokens()
        s3 = {"endpoint": stranger.url, "addressing": "path", "historical": ["s3://bucket/x"]}
        for role in ("writer", "chief"):
            for source in (
                    {"s3": {**s3, "credentials": {"access_key_id": "X", "secret_env": "HOME",
                                                  "session_token_env": "PATH"}}},
                    {"s3": s3},
                    {"s3": {**s3, "anonymous": True}},
                    {"s3": {**s3, "ca_file": "/etc/passwd"}},
                    {"s3": {**s3, "endpoint": "http://user:pw@127.0.0.1:1"}},
                    {"postgres": {"url_env": "PATH", "query": "SELECT :from, :to"}},
                    {"postgres": {"url_file": "/dev/ptmx", "table": "t"}},
                    {"kafka": {"brokers": stranger.url[len("http://"):], "topic": "t"}}):
                self.refuse(house, source, ".connection", by=role)
        # Whether a file exists makes no difference to what is said.
        answers = {house.api("POST", "/detectors", detector(
            {"postgres": {"url_file": path, "table": "t"}})).body
                   for path in ("/etc/passwd", "/nonexistent", "/etc")}
        self.assertEqual(len(answers), 1)
        self.assertEqual(stranger.requests, [])

    def test_a_connection_reads_what_it_lists(self):
        """it calls its own endpoint with its own key, and follows no redirect"""
        other = self.listener()
        own = self.listener(status=307, headers={"Location": other.url + "/bucket/shop/x"})
        (self.folder / "key").write_text("secret\n")
        lake = {"endpoint": own.url, "addressing": "path", "paths": ["s3://bucket/shop/"],
                "credentials": {"access_key_id": "LAKE", "secret_file": str(self.folder / "key")}}
        house = self.with_tokens({"connections": [{"name": "lake", "s3": lake}]})
        self.refuse(house, {"s3": {"connection": "lake", "path": "s3://bucket/payroll/"}},
                    "not among paths of connection 'lake'")
        self.refuse(house, {"s3": {"connection": "sea", "path": "s3://bucket/shop/"}},
                    "known ones for s3: lake")
        made = house.api("POST", "/detectors", detector(
            {"s3": {"connection": "lake", "historical": ["s3://bucket/shop/x"]}}))
        self.assertEqual(made.status, 201, made)
        self.assertNotIn(b"LAKE", made.body)
        wait_until(lambda: own.requests, "a call of the connection's endpoint")
        path, headers = own.requests[0]
        self.assertEqual(path, "/bucket/shop/x")
        self.assertIn("Credential=LAKE/", headers["authorization"])
        wait_until(lambda: house.status("d")["state"] == "failed" or len(own.requests) > 1,
                   "what becomes of it")
        self.assertEqual(other.requests, [])
        self.assertEqual(house.stop(), 0)

    def test_a_connection_that_is_gone(self):
        """its detectors fail and say so; when it is back they start anew"""
        own = self.listener()
        lake = {"endpoint": own.url, "addressing": "path", "anonymous": True,
                "paths": ["s3://bucket/"]}
        house = self.with_tokens({"connections": [{"name": "lake", "s3": lake}]})
        source = {"s3": {"connection": "lake", "historical": ["s3://bucket/x"]}}
        self.assertEqual(house.api("POST", "/detectors", detector(source)).status, 201)
        wait_until(lambda: own.requests, "a call")
        config = json.loads(house.config_path.read_text())
        house.configure({**config, "connections": []})
        house.signal(signal.SIGHUP)
        self.wait_for_failure(house, "there is no connection 'lake'")
        calls = len(own.requests)
        house.configure(config)
        house.signal(signal.SIGHUP)
        wait_until(lambda: len(own.requests) > calls, "another call")
        self.assertEqual(house.stop(), 0)


class Files(Gate):
    """M10, m8: files are the owner's, but for folders that the owner lists."""

    def setUp(self):
        super().setUp()
        self.exports = self.folder / "exports"
        self.exports.mkdir()
        self.private = self.folder / "private.csv"
        self.private.write_text("t,m\n2026-03-20T00:00:00Z,1\nhunter2,2\n")
        (self.exports / "a.csv").write_text("t,m\n2026-03-20T00:00:00Z,1\n")

    def quality(self, house, name="d"):
        return json.dumps(house.list(f"/detectors/{name}/quality", "intervals"))

    def test_over_the_api(self):
        """only an admin, only below allow_paths, and no link leads out"""
        house = self.with_tokens(allow_paths=[str(self.exports)])
        inside = {"file": {"historical": [str(self.exports / "a.csv")]}}
        self.refuse(house, inside, "takes the role admin")
        for path in (self.private, self.exports / ".." / "private.csv", "/etc/shadow"):
            self.refuse(house, {"file": {"historical": [str(path)]}}, "server.allow_paths",
                        by="chief")
        chief = {"Authorization": "Bearer chief"}
        self.assertEqual(house.api("POST", "/detectors", detector(inside), chief).status, 201)
        house.wait_for_intervals("d", 1)
        os.symlink(self.private, self.exports / "b.csv")
        linked = {"file": {"historical": [str(self.exports / "b.csv")]}}
        self.assertEqual(house.api("POST", "/detectors", detector(linked, "linked"), chief).status,
                         201)
        self.wait_for_failure(house, "folder", name="linked")
        self.assertNotIn("hunter2", json.dumps(house.get("/detectors/linked")))
        self.assertEqual(house.stop(), 0)

    def test_links_in_the_configuration(self):
        """out of the folder only where the file says follow_links"""
        os.symlink(self.private, self.exports / "b.csv")
        files = {"path": str(self.exports / "*.csv"), "follow": True}
        house = self.server({"detectors": [detector({"file": files}),
                                           detector({"file": {**files, "follow_links": True}},
                                                    "linked")]})
        (self.exports / "c.csv").write_text("t,m\n2026-03-20T02:00:00Z,1\n")
        for name in ("d", "linked"):
            house.wait_for_intervals(name, 1)
        self.assertIn("follow_links: true", self.quality(house))
        self.assertNotIn("hunter2", self.quality(house))
        self.assertIn("hunter2", self.quality(house, "linked"))
        self.assertEqual(house.stop(), 0)


class Local(Gate):
    """M10: callers of a server without tokens."""

    def test_what_a_caller_without_tokens_may(self):
        """pushed detectors with all that goes with them; no other source; nothing by a proxy"""
        house = self.server({"connections": [{"name": "db", "postgres": {
            "url_env": "NONE", "tables": ["t"]}}]})
        for source in ({"file": {"historical": ["/etc/shadow"]}},
                       {"postgres": {"connection": "db", "table": "t"}},
                       {"s3": {"path": "s3://bucket/x/"}},
                       {"kafka": {"brokers": "127.0.0.1:1", "topic": "t"}}):
            self.assert_problem(house.api("POST", "/detectors", detector(source)), 403,
                                "configure tokens")
        self.assertEqual(house.api("POST", "/detectors", made_up.detector()).status, 201)
        forget = house.api("PUT", "/detectors/shop", made_up.detector(interval="1d"),
                           query={"forget": "true"})
        self.assertEqual(forget.status, 200, forget)
        self.assertEqual(house.api("DELETE", "/detectors/shop").status, 202)
        for header in ("Forwarded", "X-Forwarded-For", "Via"):
            self.assert_problem(house.api("GET", "/detectors", headers={header: "10.0.0.9"}), 403,
                                "through a proxy")
        self.assertEqual(house.api("GET", "/detectors", headers={"Host": "[::1].evil"}).status, 403)
        changes = house.list("/audit", "changes", name="shop")
        self.assertEqual([(one["kind"], one["author"]) for one in changes],
                         [("desired state", "local"), ("detector", "local"), ("detector", "local")])
        if os.geteuid() == 0:
            self.assertIn("runs as root", house.log())
        self.assertEqual(house.stop(), 0)


class LogIns(Gate):
    """m5, m14: what is refused is seen, and forgetting is an admin's."""

    def test_refused_ones_leave_one_line_a_minute(self):
        house = self.with_tokens()
        for _ in range(50):
            self.assertEqual(house.api("GET", "/detectors", headers={
                "Authorization": "Bearer guess"}).status, 401)
        self.assertIn(house.log().count("refused a log-in"), (1, 2))
        self.assertIn("127.0.0.1", house.log().split("refused a log-in")[1].splitlines()[0])
        self.assertNotIn("guess", house.log())

    def test_forgetting(self):
        house = self.with_tokens()
        self.assertEqual(house.api("POST", "/detectors", made_up.detector()).status, 201)
        for by, status in (("writer", 403), ("chief", 200)):
            answer = house.api("PUT", "/detectors/shop", made_up.detector(),
                               {"Authorization": "Bearer " + by}, {"forget": "true"})
            self.assertEqual(answer.status, status, answer)


if __name__ == "__main__":
    harness.main()
