#!/usr/bin/env python3
"""`bellwether backtest` and `synth`: history in, groups and scores out."""

import csv
import gzip
import json
import re

import harness
import made_up
from harness import bellwether

SPIKES = (100, 130)


class Backtest(harness.Case):
    def setUp(self):
        super().setUp()
        self.rows = made_up.rows(160, SPIKES)
        self.input = self.write("rows.csv", made_up.to_csv(self.rows))
        self.config = self.write("bellwether.yaml", json.dumps(
            {"detectors": [made_up.detector(source={"file": {"path": "rows.csv", "format": "csv"}}),
                           made_up.detector("lines", source={"file": {"path": "rows.jsonl", "format": "json"}})]}))

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run_on(self, *arguments, detector="shop"):
        return bellwether("backtest", "--config", self.config, "--detector", detector, *arguments)

    def assert_mistake(self, done, *words):
        self.assertEqual(done.returncode, 1, done)
        self.assertTrue(done.stderr.startswith("bellwether: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_groups_go_to_standard_output(self):
        """one JSON document per line; the summary goes to standard error"""
        done = self.run_on(self.input)
        self.assertEqual(done.returncode, 0, done.stderr)
        groups = [json.loads(line) for line in done.stdout.splitlines()]
        severe = [group["start"] for group in groups if group["severity"] >= 50]
        self.assertEqual(severe, [made_up.rfc3339(hour) for hour in SPIKES])
        self.assertRegex(done.stderr, r"rows +640\n")
        self.assertRegex(done.stderr, r"intervals +160\n")
        self.assertNotIn("\r", done.stderr, "a progress bar, though this is no terminal")

    def test_points_are_every_score(self):
        """the header, times, roll-ups, and empty fields where there is nothing yet"""
        points = self.folder / "points.csv"
        done = self.run_on("--points", points, "--output", self.folder / "groups.jsonl", self.input)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        with open(points, newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], ["timestamp", "measure", "country", "device", "value",
                                   "expected", "lower", "upper", "severity"])
        self.assertEqual(len(rows) - 1, 160 * 2 * 9)
        self.assertEqual(rows[1][0], "2025-01-01T00:00:00Z")
        self.assertEqual(rows[1][5:8], ["", "", ""], "nothing can be expected of the first value")
        self.assertIn(["*", "*"], [row[2:4] for row in rows])
        self.assertIn(["NL", "*"], [row[2:4] for row in rows])
        at_spike = [row for row in rows
                    if row[:4] == [made_up.rfc3339(100), "orders", "NL", "phone"]]
        self.assertEqual(len(at_spike), 1)
        self.assertGreater(float(at_spike[0][8]), 50)

    def test_inputs_of_every_kind(self):
        """gzip, globs, JSON lines"""
        wanted = self.run_on(self.input).stdout
        self.write("part-1.csv.gz", gzip.compress(made_up.to_csv(self.rows[:300]).encode()))
        self.write("part-2.csv", made_up.to_csv(self.rows[300:]))
        self.assertEqual(self.run_on(self.folder / "part-*").stdout, wanted)
        lines = self.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in self.rows))
        by_lines = self.run_on(lines, detector="lines")
        self.assertEqual(by_lines.returncode, 0, by_lines.stderr)
        self.assertEqual(len(by_lines.stdout.splitlines()), len(wanted.splitlines()))

    def test_bad_rows_are_counted_by_reason(self):
        """the rest goes on"""
        self.rows[5]["timestamp"] = "yesterday"
        self.rows[6]["country"] = ""
        done = self.run_on(self.write("bad.csv", made_up.to_csv(self.rows)))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"rejected +2\n")
        self.assertRegex(done.stderr, r"bad_timestamp: 1\n")
        self.assertRegex(done.stderr, r"missing_dimension: 1\n")
        self.assertIn("yesterday", done.stderr)

    def test_mistakes_are_told(self):
        """exit code 1 and one clear line"""
        self.assert_mistake(self.run_on(self.input, detector="stranger"),
                            "has no detector 'stranger'; it has: shop, lines")
        self.assert_mistake(self.run_on(self.folder / "missing.csv"), "missing.csv")
        self.assert_mistake(self.run_on(self.write("empty.csv", "")), "empty.csv", "no row")
        self.assert_mistake(self.run_on("--labels", self.folder / "no.csv", self.input), "no.csv")
        self.assert_mistake(self.run_on("--points", self.folder / "no" / "p.csv", self.input),
                            "cannot write", "p.csv")
        self.assert_mistake(
            bellwether("backtest", "--config", self.config, self.input),
            "has several detectors; choose with --detector: shop, lines")
        self.assert_mistake(
            bellwether("backtest", "--config", self.folder / "no.yaml", self.input), "no.yaml")


class Synth(harness.Case):
    def synth(self, scenario, name="made", seed=1):
        directory = self.folder / name
        done = bellwether("synth", "--scenario", scenario, "--seed", seed, "--out", directory)
        self.assertEqual(done.returncode, 0, done.stderr)
        return directory

    def test_a_seed_is_a_promise(self):
        """the same seed, the same bytes; another, others"""
        one, same = self.synth("ecommerce"), self.synth("ecommerce", "same")
        other = self.synth("ecommerce", "other", seed=2)
        for name in ("rows.csv", "labels.csv"):
            self.assertEqual((one / name).read_bytes(), (same / name).read_bytes())
            self.assertNotEqual((one / name).read_bytes(), (other / name).read_bytes())

    def test_backtests_agree_with_the_labels(self):
        """ecommerce with its labels: precision, recall and F1 of at least 0.90 point by point"""
        made = self.synth("ecommerce")
        done = bellwether("backtest", "--config", made / "bellwether.yaml", "--labels",
                          made / "labels.csv", "--output", self.folder / "groups.jsonl",
                          made / "rows.csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = re.search(r"point-wise +precision ([\d.]+) +recall ([\d.]+) +F1 ([\d.]+)",
                          done.stderr)
        self.assertIsNotNone(found, done.stderr)
        print(found[0], flush=True)
        for figure in found.groups():
            self.assertGreaterEqual(float(figure), 0.90)
        self.assertIn("event-wise", done.stderr)

    def test_every_scenario_has_a_configuration_that_holds(self):
        """check and a short backtest take what synth wrote"""
        for scenario in ("airquality", "adtech"):
            made = self.synth(scenario, scenario)
            config = made / "bellwether.yaml"
            self.assertEqual(bellwether("check", "--config", config).returncode, 0)
            rows = next(made.glob("rows.*"))
            head = self.folder / rows.name
            with open(rows) as whole:
                head.write_text("".join(line for line, _ in zip(whole, range(3000))))
            done = bellwether("backtest", "--config", config, "--output",
                              self.folder / "groups.jsonl", head)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_unknown_scenario_is_refused(self):
        """exit code 1, with those there are"""
        done = bellwether("synth", "--scenario", "weather", "--out", self.folder / "x")
        self.assertEqual(done.returncode, 1)
        for name in ("weather", "ecommerce", "airquality", "adtech"):
            self.assertIn(name, done.stderr)


if __name__ == "__main__":
    harness.main()
