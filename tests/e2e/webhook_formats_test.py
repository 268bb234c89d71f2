#!/usr/bin/env python3
"""Every format of a webhook from a real server: bodies against the schemas of their receivers, and a
real Alertmanager that shows an anomaly while it is open and no longer, also over a restart. The
golden bodies of the unit tests against the same schemas.

usage: webhook_formats_test.py
"""

import datetime
import http.server
import json
import math
import random
import threading

import jsonschema

import alertmanager_server
import harness
import made_up
import webhook_receiver
from harness import wait_until

SCHEMAS = harness.SOURCE / "tests" / "schemas"
GOLDEN = harness.SOURCE / "tests" / "unit" / "sinks" / "golden"
HOURS = 170
SPIKE = 120
ROUTING_KEY = "0123456789abcdef0123456789ABCDEF"
DETECTOR = {"name": "shop", "interval": "1h", "learning_intervals": 48,
            "measures": [{"column": "orders", "aggregate": "sum"}], "dimensions": ["country"],
            "source": {"http": {}}}


class Receiver:
    """Keeps what is posted, by the path it is posted to."""

    def __init__(self):
        self.received = {}  # Path to (headers, body) of each request, in order.
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                received.setdefault(self.path, []).append((self.headers, body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def rows():
    """A week of orders of a shop in two countries; those of one are four times as many once."""
    dice = random.Random(4)
    for hour in range(HOURS):
        for country, level in (("NL", 200), ("BE", 120)):
            orders = level + 40 * math.sin(2 * math.pi * hour / 24) + 3 * dice.gauss(0, 1)
            if hour == SPIKE and country == "NL":
                orders *= 4
            time = made_up.START + datetime.timedelta(hours=hour)
            yield {"timestamp": time.strftime("%Y-%m-%d %H:%M:%S"), "country": country,
                   "orders": round(orders, 2)}


def schema_of(golden):
    """The schema for a golden body, by its name; None where the format is our own."""
    found = list(SCHEMAS.glob(golden.stem.split("_")[0] + "_*.json"))
    return json.loads(found[0].read_text()) if found else None


class GoldenBodies(harness.Case):
    """What the unit tests compare with: a group, a batch, and one that knows next to nothing."""

    def test_they_are_what_receivers_want(self):
        checked = set()
        for golden in GOLDEN.glob("*.json"):
            if schema := schema_of(golden):
                jsonschema.validate(json.loads(golden.read_text()), schema)
                checked.add(golden.stem.split("_")[0])
        self.assertGreaterEqual(checked, {"alertmanager", "cloudevents", "pagerduty", "slack"})

    def test_the_schemas_refuse_what_receivers_refuse(self):
        """one that takes everything would show nothing"""
        def spoil(body, *path, value):
            for step in path[:-1]:
                body = body[step]
            body[path[-1]] = value

        for name, path, value in (("slack", ("blocks", 0, "text", "text"), "x" * 151),
                                  ("slack", ("blocks", 2, "text", "text"), "<!channel>"),
                                  ("slack", ("blocks", 2, "text", "text"), "a & b"),
                                  ("slack", ("blocks",), [{"type": "divider"}] * 51),
                                  ("pagerduty", ("payload", "summary"), "x" * 1025),
                                  ("pagerduty", ("payload", "severity"), "high"),
                                  ("alertmanager", (0, "labels", "no-name"), "x"),
                                  ("cloudevents", ("specversion",), "0.3")):
            golden = GOLDEN / f"{name}_opened.json"
            body = json.loads(golden.read_text())
            spoil(body, *path, value=value)
            with self.assertRaises(jsonschema.ValidationError, msg=(name, path)):
                jsonschema.validate(body, schema_of(golden))


class WebhookFormats(harness.Case):
    def setUp(self):
        super().setUp()
        alertmanager_server.require()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.alertmanager = alertmanager_server.Alertmanager(self.folder / "alertmanager",
                                                             self.receiver.url + "/told")
        self.addCleanup(self.alertmanager.stop)

    def sinks(self):
        key = self.folder / "routing_key"
        key.write_text(ROUTING_KEY + "\n")
        address = self.folder / "slack_address"
        address.write_text(self.receiver.url + "/slack\n")
        (self.folder / "token").write_text("Bearer letmein\n")
        signed = {"secret_file": webhook_receiver.write_secret(self.folder / "secret"),
                  "secret_headers": {"Authorization": {"file": str(self.folder / "token")}}}
        def webhook(name, **rest):
            return {"name": name, "webhook": {"format": name, "url": f"{self.receiver.url}/{name}",
                                              **signed, **rest}}
        return [webhook("json"), webhook("cloudevents"),
                {"name": "slack", "webhook": {"format": "slack", "url_file": str(address),
                                              **signed}},
                webhook("pagerduty", routing_key_file=str(key)),
                {"name": "alertmanager",
                 "webhook": {"format": "alertmanager", "url": self.alertmanager.url}},
                webhook("sns_envelope"),
                webhook("template", headers={"X-Team": "ops"},
                        template='{"text": "{{ anomaly.primary_measure }} {{ event }}"}')]

    def bodies(self, name):
        return [body for _, body in self.receiver.received.get("/" + name, [])]

    def check(self, name, schema):
        """Every body is what the schema of the receiver wants; gives them."""
        wanted = json.loads((SCHEMAS / f"{schema}.json").read_text())
        found = [json.loads(body) for body in self.bodies(name)]
        for body in found:
            jsonschema.validate(body, wanted)
        return found

    def test_an_anomaly_that_opens_and_closes(self):
        sinks = self.sinks()
        alert = {"name": "spikes", "detector": "shop", "severity": 50,
                 "notify_on": ["opened", "closed"], "sinks": [sink["name"] for sink in sinks]}
        shop = self.server({"detectors": [DETECTOR], "sinks": sinks, "alerts": [alert]})
        history = list(rows())
        opened = [row for row in history if row["timestamp"] <= self.text_of(SPIKE + 1)]
        shop.push_all("shop", opened)
        shop.wait_for_intervals("shop", SPIKE + 1)
        group = wait_until(lambda: shop.groups("shop", min_severity=50), "a group")[0]
        firing = wait_until(self.alertmanager.alerts, "an alert in Alertmanager")
        self.check_firing(firing, group)

        # What the sinks remember is gone; the end must find the alert all the same.
        self.assertEqual(shop.stop(), 0)
        shop.start()
        shop.push_all("shop", history[len(opened):])
        wait_until(lambda: shop.groups("shop", min_severity=50)[0]["status"] == "closed",
                   "the group to close")
        wait_until(lambda: not self.alertmanager.alerts(), "the alert's resolution")
        wait_until(lambda: not shop.list("/deliveries", "deliveries", state="pending"),
                   "an empty outbox")
        self.assertEqual(shop.list("/deliveries", "deliveries", state="dead"), [])
        self.check_resolution(firing[0]["labels"])
        self.check_bodies(group)
        self.check_headers()
        for secret in ("letmein", ROUTING_KEY):
            self.assertNotIn(secret, shop.log() +
                             json.dumps(shop.list("/deliveries", "deliveries")))

    def text_of(self, hour):
        return (made_up.START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%d %H:%M:%S")

    def check_firing(self, firing, group):
        self.assertEqual(len(firing), 1, firing)
        labels = firing[0]["labels"]
        self.assertEqual((labels["alertname"], labels["detector"], labels["measure"]),
                         ("spikes", "shop", "orders"))
        self.assertIn(group["id"], json.dumps(firing[0]))

    def told_of(self, labels, status):
        """What Alertmanager told its own receiver of an alert."""
        return [alert for body in self.bodies("told") for alert in json.loads(body)["alerts"]
                if alert["labels"] == labels and alert["status"] == status]

    def check_resolution(self, labels):
        wait_until(lambda: self.told_of(labels, "resolved"), "word of the alert's resolution")
        self.assertEqual(len(self.told_of(labels, "firing")), 1)
        self.assertEqual(len(self.told_of(labels, "resolved")), 1)

    def check_headers(self):
        for name in ("json", "cloudevents", "slack", "pagerduty", "sns_envelope", "template"):
            for headers, body in self.receiver.received["/" + name]:
                self.assertTrue(webhook_receiver.is_signed_well(headers, body.encode()), name)
                self.assertEqual(headers["Authorization"], "Bearer letmein", name)

    def check_bodies(self, group):
        events = self.check("cloudevents", "cloudevents_event")
        self.assertEqual([event["type"] for event in events],
                         ["bellwether.anomaly.opened", "bellwether.anomaly.closed"])
        self.assertEqual({event["subject"] for event in events}, {group["id"]})
        self.check("slack", "slack_message")
        self.assertEqual(len(self.bodies("slack")), 2)
        pages = self.check("pagerduty", "pagerduty_event")
        self.assertEqual([page["event_action"] for page in pages], ["trigger", "resolve"])
        self.assertEqual(len({page["dedup_key"] for page in pages}), 1)
        self.assertEqual(pages[0]["routing_key"], ROUTING_KEY)
        envelopes = self.check("sns_envelope", "sns_envelope_notification")
        message = json.loads(envelopes[0]["Message"])
        self.assertEqual(message["impactedMetric"]["metricName"], "orders")
        headers, _ = self.receiver.received["/sns_envelope"][0]
        self.assertEqual(headers["x-amz-sns-message-type"], "Notification")
        self.assertEqual(headers["x-amz-sns-message-id"], envelopes[0]["MessageId"])
        self.assertEqual(self.bodies("template"), ['{"text": "orders anomaly.opened"}',
                                                   '{"text": "orders anomaly.closed"}'])
        headers, _ = self.receiver.received["/template"][0]
        self.assertEqual(headers["X-Team"], "ops")


if __name__ == "__main__":
    harness.main(deadline_seconds=120)
