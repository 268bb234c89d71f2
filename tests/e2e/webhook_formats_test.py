#!/usr/bin/env python3
"""Every format of a webhook from a real server: bodies against the schemas of their receivers, and a
real Alertmanager that shows an anomaly while it is open and no longer.

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
from harness import wait_until

SCHEMAS = harness.SOURCE / "tests" / "schemas"
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


class WebhookFormats(harness.Case):
    def setUp(self):
        super().setUp()
        alertmanager_server.require(self)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.alertmanager = alertmanager_server.Alertmanager(self.folder / "alertmanager")
        self.addCleanup(self.alertmanager.stop)

    def sinks(self):
        key = self.folder / "routing_key"
        key.write_text(ROUTING_KEY + "\n")
        address = self.folder / "slack_address"
        address.write_text(self.receiver.url + "/slack\n")
        def webhook(name, **rest):
            return {"name": name, "webhook": {"format": name, "url": f"{self.receiver.url}/{name}",
                                              **rest}}
        return [webhook("cloudevents"),
                {"name": "slack", "webhook": {"format": "slack", "url_file": str(address)}},
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

        shop.push_all("shop", history[len(opened):])
        wait_until(lambda: shop.groups("shop", min_severity=50)[0]["status"] == "closed",
                   "the group to close")
        wait_until(lambda: not self.alertmanager.alerts(), "the alert's resolution")
        wait_until(lambda: not shop.list("/deliveries", "deliveries", state="pending"),
                   "an empty outbox")
        self.assertEqual(shop.list("/deliveries", "deliveries", state="dead"), [])
        self.check_bodies(group)

    def text_of(self, hour):
        return (made_up.START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%d %H:%M:%S")

    def check_firing(self, firing, group):
        self.assertEqual(len(firing), 1, firing)
        labels = firing[0]["labels"]
        self.assertEqual((labels["alertname"], labels["detector"], labels["measure"]),
                         ("spikes", "shop", "orders"))
        self.assertIn(group["id"], json.dumps(firing[0]))

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
