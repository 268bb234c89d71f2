#!/usr/bin/env python3
"""The command line: help, exit codes, error texts, and the client commands."""

import json

import harness
import made_up
from harness import bellwether

COMMANDS = ["serve", "check", "health", "demo", "backtest", "synth", "verify", "backup", "restore",
            "detectors", "anomalies", "alerts"]


class Help(harness.Case):
    def test_every_command_explains_itself(self):
        """--help: exit code 0, on standard output"""
        whole = bellwether("--help")
        self.assertEqual(whole.returncode, 0)
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", whole.stdout)
            own = bellwether(command, "--help")
            self.assertEqual((own.returncode, own.stderr), (0, ""), command)
            self.assertIn(command, own.stdout)

    def test_the_version(self):
        """--version"""
        done = bellwether("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^bellwether \d+\.\d+\.\d+\n$")

    def test_mistakes(self):
        """exit code 1, what is wrong, and where help is"""
        table = [
            ([], "A subcommand is required", "bellwether --help"),
            (["dance"], "dance", "bellwether --help"),
            (["check"], "--config is required", "bellwether check --help"),
            (["serve", "--config"], "--config", "bellwether serve --help"),
            (["health"], "--config is required", "bellwether health --help"),
            (["backtest", "--config", "x"], "INPUT is required", "bellwether backtest --help"),
            (["backtest", "--config", "x", "--workers", "0", "y"], "--workers", "backtest --help"),
            (["synth", "--out", "x"], "--scenario is required", "bellwether synth --help"),
            (["synth", "--scenario", "x", "--seed", "-1", "--out", "y"], "--seed", "synth --help"),
            (["demo", "--port", "70000"], "--port", "bellwether demo --help"),
            (["verify"], "--data is required", "bellwether verify --help"),
            (["backup", "--data", "x"], "--to is required", "bellwether backup --help"),
            (["restore", "--data", "x"], "--from is required", "bellwether restore --help"),
            (["detectors"], "A subcommand is required", "bellwether detectors --help"),
            (["detectors", "show"], "NAME is required", "bellwether detectors show --help"),
            (["anomalies", "list", "--min-severity", "200"], "--min-severity", "list --help"),
            (["anomalies", "list", "--limit", "0"], "--limit", "list --help"),
            (["alerts", "test"], "NAME is required", "bellwether alerts test --help"),
        ]
        for arguments, what, where in table:
            with self.subTest(arguments):
                done = bellwether(*arguments)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertTrue(done.stderr.startswith("bellwether: "), done.stderr)
                self.assertIn(what, done.stderr)
                self.assertIn(where, done.stderr)


class Check(harness.Case):
    def check(self, text):
        self.path = self.folder / "bellwether.yaml"
        self.path.write_text(text)
        return bellwether("check", "--config", self.path)

    def test_a_good_file(self):
        """exit code 0 and one line"""
        done = self.check("detectors:\n  - name: shop\n    interval: 1h\n"
                          "    measures: [ { column: orders } ]\n    source: { http: {} }\n")
        self.assertEqual((done.returncode, done.stdout), (0, f"{self.path}: ok\n"), done.stderr)

    def test_a_bad_file(self):
        """exit code 1 and every mistake on its own line, with line, column and path"""
        done = self.check("detectors:\n  - name: shop\n    interval: 7x\n    colour: red\n"
                          "    measures: [ { column: orders, aggregate: most } ]\n"
                          "    source: { http: {} }\n")
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 3, done.stderr)
        for line, place in zip(lines, ("3:15: detectors[0].interval: ",
                                       "4:5: detectors[0].colour: ",
                                       "5:46: detectors[0].measures[0].aggregate: ")):
            self.assertTrue(line.startswith(f"{self.path}:{place}"), line)

    def test_the_examples(self):
        """every configuration in config/ holds"""
        examples = sorted((harness.SOURCE / "config").glob("*.yaml"))
        self.assertTrue(examples)
        for example in examples:
            done = bellwether("check", "--config", example)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_container(self):
        """the image's configuration lacks nothing but the hash of a token of one's own"""
        ours = (harness.SOURCE / "docker" / "bellwether.yaml").read_text()
        done = self.check(ours)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("server.auth.tokens[0].sha256: must be 64 hexadecimal digits", done.stderr)
        done = self.check(ours.replace("SHA-256-OF-YOUR-TOKEN", "ab" * 32))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_file(self):
        """exit code 1 and its name"""
        done = bellwether("check", "--config", self.folder / "none.yaml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("none.yaml", done.stderr)


class Client(harness.Case):
    """detectors, anomalies and alerts on a running server."""

    def setUp(self):
        super().setUp()
        sink = {"name": "ops", "webhook": {"url": "http://127.0.0.1:9/hook"}}
        alert = {"name": "spikes", "detector": "shop", "severity": 50, "sinks": ["ops"]}
        self.shop = self.server({"detectors": [made_up.detector()], "sinks": [sink],
                                 "alerts": [alert]})

    def ask(self, *arguments):
        return bellwether(*arguments, environment={
            "BELLWETHER_SERVER": f"http://127.0.0.1:{self.shop.port}"})

    def table(self, *arguments):
        """Title line and rows of a list."""
        done = self.ask(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        title, *rows = done.stdout.splitlines()
        return title, rows

    def test_detectors(self):
        """list, show, deactivate, activate"""
        title, rows = self.table("detectors", "list")
        self.assertTrue(title.startswith("NAME  STATE"), title)
        self.assertEqual(len(rows), 1)
        self.assertIn("orders, revenue", rows[0])
        shown = self.ask("detectors", "show", "shop")
        self.assertIn("name: shop\n", shown.stdout)
        document = json.loads(self.ask("detectors", "show", "shop", "--json").stdout)
        self.assertEqual(document["interval"], "1h")
        switched = self.ask("detectors", "deactivate", "shop")
        self.assertEqual(switched.returncode, 0, switched.stderr)
        self.assertTrue(switched.stdout.startswith("shop: "))
        self.assertEqual(self.ask("detectors", "activate", "shop").returncode, 0)

    def test_anomalies(self):
        """list with filters and limit, show"""
        self.shop.push_all("shop", made_up.rows(160, (100, 130)))
        self.shop.wait_for_intervals("shop", 159)
        title, rows = self.table("anomalies", "list", "--min-severity", "50")
        self.assertTrue(title.startswith("ID "), title)
        self.assertEqual(len(rows), 2)
        self.assertIn(made_up.rfc3339(130), rows[0])
        _, newest = self.table("anomalies", "list", "--min-severity", "50", "--limit", "1")
        self.assertEqual(newest, rows[:1])
        _, none = self.table("anomalies", "list", "--detector", "shop", "--to",
                             made_up.rfc3339(90), "--min-severity", "50")
        self.assertEqual(none, [])
        shown = self.ask("anomalies", "show", rows[0].split()[0])
        self.assertIn("primary_measure: ", shown.stdout)
        lines = self.ask("anomalies", "list", "--json").stdout.splitlines()
        self.assertEqual({json.loads(line)["detector"] for line in lines}, {"shop"})

    def test_alerts(self):
        """list, show, test"""
        title, rows = self.table("alerts", "list")
        self.assertTrue(title.startswith("NAME"), title)
        self.assertEqual(rows[0].split()[:3], ["spikes", "shop", "50.0"])
        self.assertIn("detector: shop\n", self.ask("alerts", "show", "spikes").stdout)
        tried = self.ask("alerts", "test", "spikes")
        self.assertEqual(tried.returncode, 0, tried.stderr)
        self.assertEqual(len(self.shop.list("/deliveries", "deliveries", alert="spikes")), 1)

    def test_what_goes_wrong(self):
        """the server's own words, or that there is none"""
        for arguments, words in ((["detectors", "show", "nobody"], "nobody"),
                                 (["anomalies", "list", "--from", "yesterday"], "from"),
                                 (["alerts", "list", "--server", "ftp://x"], "must begin with http"),
                                 (["alerts", "list", "--server", "http://127.0.0.1:9"], "127.0.0.1:9"),
                                 (["alerts", "list", "--token-file", "/nowhere"], "/nowhere")):
            with self.subTest(arguments):
                done = self.ask(*arguments)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(words, done.stderr)


if __name__ == "__main__":
    harness.main()
