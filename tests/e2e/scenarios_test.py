#!/usr/bin/env python3
"""Plays every tests/scenarios/*.yaml through a real server: rows in, expected groups and deliveries
out. docs/testing.md says how a scenario is written.

usage: scenarios_test.py [Scenarios.NAME]
"""

import datetime
import math
import random
import time

import yaml

import harness
import made_up
from harness import wait_until
from webhook_receiver import WebhookReceiver

FOLDER = harness.SOURCE / "tests" / "scenarios"
MEASURE_KEYS = {"level", "season", "noise"}


class Scenario:
    """One file: its configuration, and the rows of each of its intervals."""

    def __init__(self, path):
        self.name = path.stem
        document = yaml.safe_load(path.read_text())
        self.about = document["about"]
        self.detector = {"name": "shop", "source": {"http": {}}, **document["detector"]}
        self.detector_name = self.detector["name"]
        self.alerts = [{"detector": self.detector_name, "sinks": ["ops"], **alert}
                       for alert in document.get("alerts", [])]
        self.series = document["series"]
        self.steps = document["steps"]
        self.expected = document["expect"]
        self.interval = {"5m": 300, "1h": 3600, "1d": 86400}[self.detector["interval"]]

    def start_of(self, number):
        """Interval 0 begins with 2025."""
        return made_up.START + datetime.timedelta(seconds=number * self.interval)

    def rfc3339(self, number):
        return self.start_of(number).strftime("%Y-%m-%dT%H:%M:%SZ")

    def row(self, number, fields):
        return {"timestamp": self.start_of(number).strftime("%Y-%m-%d %H:%M:%S"), **fields}

    def rows(self, step):
        """What a push step brings, in order of time."""
        made = []
        for number in range(step["push"]["from"], step["push"]["until"]):
            for index, series in enumerate(self.series):
                fields = {key: self.value(number, index, key, value)
                          if isinstance(value, dict) and MEASURE_KEYS.issuperset(value) else value
                          for key, value in series.items()}
                here = [change for change in step.get("changes", [])
                        if is_about(change, number, fields)]
                for change in here:
                    apply_change(change, fields)
                if not any(change.get("absent") for change in here):
                    made.append(self.row(number, fields))
        return made

    def value(self, number, index, measure, pattern):
        """A level with a daily season and noise; the same in every run."""
        dice = random.Random(f"{self.name}/{number}/{index}/{measure}")
        phase = 2 * math.pi * number * self.interval / 86400
        return round(pattern["level"] + pattern.get("season", 0) * math.sin(phase) +
                     pattern.get("noise", 0) * dice.gauss(0, 1), 2)


def is_about(change, number, fields):
    """Whether a change is one of these intervals and dimension values."""
    return number in range(change["from"], change["until"]) and all(
        fields.get(name) == value for name, value in change.get("where", {}).items())


def apply_change(change, fields):
    """Makes a row unusual."""
    for measure, factor in change.get("times", {}).items():
        fields[measure] = round(fields[measure] * factor, 2)


def let_rules_arrive():
    """A running detector takes new rules between two intervals; nothing outside shows that it has."""
    time.sleep(0.5)


class Scenarios(harness.Case):
    def play(self, scenario):
        with WebhookReceiver() as receiver:
            sink = {"name": "ops", "webhook": {"url": receiver.url},
                    "retry": {"first_wait": "50ms", "longest_wait": "200ms"}}
            shop = self.server({"detectors": [scenario.detector], "sinks": [sink],
                                "alerts": scenario.alerts})
            for step in scenario.steps:
                self.take(shop, scenario, step)
            self.check_groups(shop, scenario)
            self.check_deliveries(shop, scenario, receiver)
            self.check_traces(shop, scenario)
            self.check_quality(shop, scenario)
            self.check_late_rows(shop, scenario)

    def take(self, shop, scenario, step):
        if "push" in step:
            shop.push_all(scenario.detector_name, scenario.rows(step))
            if step["push"].get("waits", True):
                shop.wait_for_intervals(scenario.detector_name, step["push"]["until"] - 1)
        elif "rows" in step:
            rows = [dict(row) for row in step["rows"]]
            shop.push(scenario.detector_name, [scenario.row(row.pop("at"), row) for row in rows])
        elif "silence" in step:
            silence = {"owner": "a scenario", "reason": scenario.name, **step["silence"]}
            for end in ("from", "until"):
                if end in silence:
                    silence[end] = scenario.rfc3339(silence[end])
            answer = shop.api("POST", "/silences", silence)
            self.assertEqual(answer.status, 201, answer)
            let_rules_arrive()
        elif "acknowledge" in step:
            acknowledgement = dict(step["acknowledge"])
            group = self.group_at(shop, scenario, acknowledgement.pop("start"))
            answer = shop.api("POST", f"/anomalies/{group['id']}/acknowledgement", acknowledgement)
            self.assertEqual(answer.status, 201, answer)
            let_rules_arrive()
        elif "feedback" in step:
            self.vote(shop, scenario, dict(step["feedback"]))
        else:
            self.fail(f"a step must be push, rows, silence, acknowledge or feedback: {step}")

    def vote(self, shop, scenario, feedback):
        """Says something of the group that starts at an interval, as often as told."""
        group = self.group_at(shop, scenario, feedback.pop("start"))
        votes = feedback.pop("votes", 1)
        dimensions = feedback.pop("series", None)
        if dimensions is not None:
            feedback["series_id"] = next(one["series_id"] for one in self.series_of(shop, group)
                                         if one["dimensions"] == dimensions)
        for _ in range(votes):
            answer = shop.api("POST", f"/anomalies/{group['id']}/feedback", feedback)
            self.assertEqual(answer.status, 201, answer)
            self.assertEqual(answer.json()["effect"]["state"], "pending")

    def group_at(self, shop, scenario, start):
        """The group that starts at an interval."""
        begin = scenario.rfc3339(start)
        return next(one for one in shop.groups(scenario.detector_name) if one["start"] == begin)

    def check_groups(self, shop, scenario):
        wanted = scenario.expected.get("groups", [])
        floor = scenario.expected.get("from_severity", 50)
        found = shop.groups(scenario.detector_name, min_severity=floor)
        told = [(group["start"], group["end"], group["severity"]) for group in found]
        self.assertEqual([group["start"] for group in found],
                         [scenario.rfc3339(group["start"]) for group in wanted], told)
        for group, want in zip(found, wanted):
            if "end" in want:
                self.assertEqual(group["end"], scenario.rfc3339(want["end"]), told)
            if "severity" in want:
                low, high = want["severity"]
                self.assertTrue(low <= group["severity"] <= high, told)
            if "status" in want:
                self.assertEqual(group["status"], want["status"])
            if "measures" in want:
                self.assertEqual(sorted(one["measure"] for one in group["measures"]),
                                 sorted(want["measures"]))
            if "reasons" in want:
                self.assertEqual(sorted({one["reason"] for one in self.series_of(shop, group)}),
                                 sorted(want["reasons"]))
            if "root_causes" in want:
                self.assertEqual([one["dimensions"] for one in group["root_causes"]],
                                 want["root_causes"])
            for dimensions in want.get("series", []):
                self.assertIn(dimensions, [one["dimensions"] for one in group["series"]])

    def series_of(self, shop, group):
        return shop.get(f"/anomalies/{group['id']}/series")["series"]

    def check_deliveries(self, shop, scenario, receiver):
        wait_until(lambda: not shop.list("/deliveries", "deliveries", state="pending"),
                   "an empty outbox")
        wanted = sorted((one["alert"], one["event"], scenario.rfc3339(one["start"]))
                        for one in scenario.expected.get("deliveries", []))
        found = sorted((one.body["alert"]["name"], one.body["event"].removeprefix("anomaly."),
                        one.body["anomaly"]["start"]) for one in receiver.accepted())
        self.assertEqual(found, wanted)

    def check_traces(self, shop, scenario):
        """What the server says of why an alert was told, or not."""
        for want in scenario.expected.get("traces", []):
            group = self.group_at(shop, scenario, want["start"])
            traces = shop.get(f"/anomalies/{group['id']}/trace")["alerts"]
            trace = next(one for one in traces if one["alert"] == want["alert"])
            self.assertEqual(trace["outcome"], want["outcome"], trace)
            self.assertEqual(trace["gate"], want.get("gate"), trace)
            self.assertTrue(trace["words"].startswith(want.get("words", "")), trace["words"])
            if "held_back" in want:
                self.assertEqual([one["gate"] for one in trace["held_back"]], want["held_back"])

    def check_quality(self, shop, scenario):
        for health, numbers in scenario.expected.get("source", {}).items():
            quality = shop.list(f"/detectors/{scenario.detector_name}/quality", "intervals")
            found = sorted(one["start"] for one in quality if one["source"] == health)
            wanted = [scenario.rfc3339(number) for number in range(*numbers)] if numbers else []
            self.assertEqual(found, wanted, health)
        for reason, count in scenario.expected.get("rejected", {}).items():
            def counted(reason=reason):
                quality = shop.list(f"/detectors/{scenario.detector_name}/quality", "intervals")
                return sum(one["rejected"]["reasons"].get(reason, 0) for one in quality)
            wait_until(lambda counted=counted, count=count: counted() == count,
                       f"{count} rows rejected as {reason}", 5)


    def check_late_rows(self, shop, scenario):
        """What came late, and what is shown with it."""
        quality = shop.list(f"/detectors/{scenario.detector_name}/quality", "intervals")
        if "late_merged" in scenario.expected:
            self.assertEqual(sum(one["late_merged"] for one in quality),
                             scenario.expected["late_merged"])
        if "revisions" in scenario.expected:
            self.assertEqual({one["start"]: one["revision"] for one in quality if one["revision"]},
                             {scenario.rfc3339(number): revision for number, revision
                              in scenario.expected["revisions"].items()})
        for want in scenario.expected.get("points", []):
            want = dict(want)
            start, value, revision = (want.pop(name) for name in ("at", "value", "revision"))
            query = {name if name == "measure" else f"dimension.{name}": text
                     for name, text in want.items()}
            points = shop.get(f"/detectors/{scenario.detector_name}/points", **query,
                              **{"from": scenario.rfc3339(start), "to": scenario.rfc3339(start + 1)})
            self.assertEqual((points["values"], points["revisions"]), ([value], [revision]), want)


def load_tests(loader, _standard, _pattern):
    """One test per file, named after it."""
    for path in sorted(FOLDER.glob("*.yaml")):
        scenario = Scenario(path)

        def test(self, scenario=scenario):
            self.play(scenario)
        test.__doc__ = scenario.about
        setattr(Scenarios, "test_" + scenario.name, test)
    return loader.loadTestsFromTestCase(Scenarios)


if __name__ == "__main__":
    harness.main()
