#!/usr/bin/env python3
"""Alerts to SNS topics, functions, mailboxes and Kafka topics, each a real server's, compared field
by field with what Lookout for Metrics sent and with what the API says of the anomaly."""

import json
import os
import pathlib
import re
import urllib.parse
import uuid

import aws_gate
import harness
import kafka_broker
import mail_server
import made_up
import moto_server
from harness import wait_until

SPIKE = 120
HOURS = 130
REGION, ACCOUNT = moto_server.REGION, "111122223333"
DETECTOR = f"arn:aws:lookoutmetrics:{REGION}:{ACCOUNT}:AnomalyDetector:shop"
ALERT = f"arn:aws:lookoutmetrics:{REGION}:{ACCOUNT}:Alert:oncall"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:on-anomaly"
PUBLIC_URL = "https://bellwether.example"
NAMESPACE = uuid.UUID("8b5e1d52-0c3a-4f6e-9d27-6a41b17c90e4")
MAIL_FROM = "bellwether@shop.example"
RETRY = {"first_wait": "50ms", "longest_wait": "200ms"}


def measure_group_id(group):
    """As the AWS dialect names the orders of a group."""
    return str(uuid.uuid5(NAMESPACE, f"measure_group:{group['id']}:orders"))


def console(group):
    return f"{PUBLIC_URL}/#{DETECTOR}/anomalies/anomaly/{measure_group_id(group)}"


def score_of(group):
    return round(next(measure for measure in group["measures"]
                      if measure["measure"] == "orders")["severity"], 2)


def orders_of(server, group):
    """The anomalous series of orders, most severe first."""
    series = server.get(f"/anomalies/{group['id']}/series")["series"]
    return [one for one in series if one["measure"] == "orders"]


class Topics(harness.Case):
    """One server, one anomaly, and everyone who is told of it."""

    @classmethod
    def setUpClass(cls):
        kept = kafka_broker.folder()
        cls.addClassCleanup(kept.cleanup)
        cls.home = kept.name
        mails = mail_server.MailServer(kept.name, {"later@shop.example": ["451 greylisted"],
                                                   "gone@shop.example": ["550 no such user"] * 99})
        cls.mails = cls.enterClassContext(mails)
        cls.tls_mails = cls.enterClassContext(mail_server.MailServer(kept.name, None, True))
        cls.moto = moto_server.MotoServer(kept.name)
        cls.broker = kafka_broker.Broker(kept.name).start()
        cls.addClassCleanup(cls.broker.kill)
        cls.broker.peer("create", "events", 2)
        cls.moto.start()
        cls.addClassCleanup(cls.moto.stop)
        cls.topics = {name: cls.moto.create_topic(name)
                      for name in ("json", "long_text", "short_text")}
        for name, topic in cls.topics.items():
            cls.moto.subscribe(topic, name)
        for name, policy in {"loud": {"severity": [{"numeric": [">=", 50]}],
                                      "measure": ["orders"], "detector": ["shop"]},
                             "calm": {"severity": [{"numeric": ["<", 10]}]},
                             "revenue": {"measure": ["revenue"]}}.items():
            cls.moto.subscribe(cls.topics["json"], name, policy)
        throttled = (400, b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>"
                          b"<Message>Rate exceeded</Message></Error></ErrorResponse>")
        cls.sns = cls.enterClassContext(aws_gate.AwsGate(cls.moto.port, [throttled]))
        cls.functions = cls.enterClassContext(aws_gate.AwsGate(refusals=[(503, b"{}")]))
        cls.tell_of_an_anomaly()

    @classmethod
    def config(cls):
        secret, password, wrong = (f"{cls.home}/{name}" for name in ("secret", "password", "wrong"))
        for path, text in ((secret, aws_gate.SECRET), (password, mail_server.PASSWORD),
                           (wrong, "sesame")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text + "\n")
        mail = {"server": cls.mails.address, "from": MAIL_FROM, "username": mail_server.USERNAME,
                "password_file": password, "ca_file": str(cls.mails.certificate)}
        kafka = {"brokers": cls.broker.secured_address, "topic": "events",
                 "properties": {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                                "sasl.username": "bellwether"},
                 "secret_properties": {"sasl.password": {"env": "KAFKA_PASSWORD"}}}
        sinks = [{"name": name, "sns": {"topic_arn": topic, "format": name}}
                 for name, topic in cls.topics.items()]
        sinks += [
            {"name": "missing", "sns": {"topic_arn": cls.topics["json"] + "-not"}},
            {"name": "function", "lambda": {"function_arn": FUNCTION}},
            {"name": "mail", "email": {"to": ["ops@shop.example", "later@shop.example"], **mail}},
            {"name": "mail-partly",
             "email": {"to": ["gone@shop.example", "boss@shop.example"], **mail}},
            {"name": "mail-locked-out",
             "email": {"to": ["ops@shop.example"], **mail, "password_file": wrong}},
            {"name": "mail-tls",
             "email": {"to": ["ops@shop.example"], **mail, "security": "tls",
                       "server": cls.tls_mails.address,
                       "ca_file": str(cls.tls_mails.certificate)}},
            {"name": "mail-distrusted", "retry": {**RETRY, "max_age": "1s"},
             "email": {"to": ["ops@shop.example"], **mail,
                       "ca_file": str(cls.tls_mails.certificate)}},
            {"name": "mail-without-tls", "retry": {**RETRY, "max_age": "1s"},
             "email": {"to": ["ops@shop.example"], **mail, "server": cls.tls_mails.address,
                       "timeout": "200ms"}},
            {"name": "events", "kafka": kafka}]
        return {
            "server": {"public_url": PUBLIC_URL},
            "aws": {"region": REGION, "account": ACCOUNT, "sns_endpoint": cls.sns.url,
                    "lambda_endpoint": cls.functions.url,
                    "credentials": {"access_key_id": aws_gate.ACCESS_KEY, "secret_file": secret}},
            "detectors": [made_up.detector(timestamp={"column": "timestamp",
                                                      "format": "yyyy-MM-dd HH:mm:ss",
                                                      "timezone": "UTC"})],
            "sinks": [{"retry": RETRY, **sink} for sink in sinks],
            "alerts": [
                {"name": "oncall", "detector": "shop", "severity": 70,
                 "description": "Orders <of> the café", "filters": {"measures": ["orders"]},
                 "sinks": [sink["name"] for sink in sinks]},
                {"name": "endings", "detector": "shop", "severity": 70, "notify_on": ["closed"],
                 "sinks": ["mail"]}]}

    @classmethod
    def tell_of_an_anomaly(cls):
        folder = pathlib.Path(cls.home) / "server"
        folder.mkdir()
        os.environ["KAFKA_PASSWORD"] = cls.broker.password
        cls.server = harness.Server(folder, cls.config())
        cls.addClassCleanup(lambda: harness.end(cls.server))
        cls.server.start()
        cls.server.push_all("shop", made_up.rows(HOURS, spikes=[SPIKE]))
        cls.server.wait_for_intervals("shop", HOURS - 1)
        try:
            wait_until(lambda: cls.deliveries() and all(
                one["state"] != "pending" for one in cls.deliveries()), "deliveries", 40, 0.2)
        except AssertionError as why:
            raise AssertionError([one for one in cls.deliveries()
                                  if one["state"] == "pending"]) from why
        cls.group, = [group for group in cls.server.groups("shop", min_severity=70)]
        cls.series = orders_of(cls.server, cls.group)

    @classmethod
    def deliveries(cls):
        return cls.server.list("/deliveries", "deliveries", limit=100)

    def delivery(self, sink, alert="oncall"):
        found, = [one for one in self.deliveries()
                  if one["sink"] == sink and one["alert"] == alert]
        return found

    def envelope(self, queue):
        """The one message of a queue."""
        envelope, = self.moto.receive(queue)
        self.assertEqual(envelope["Type"], "Notification")
        return envelope

    def check_payload(self, payload):
        """Field by field, in the reference's order of fields."""
        group_id = measure_group_id(self.group)
        self.assertEqual(list(payload), [
            "anomalyDetectorArn", "anomalyScore", "consoleUrl", "anomalyGroupId", "alertName",
            "alertArn", "alertEventId", "alertDescription", "impactedMetric", "timestamp"])
        self.assertEqual(payload["anomalyDetectorArn"], DETECTOR)
        self.assertEqual(payload["anomalyScore"], score_of(self.group))
        self.assertEqual(payload["consoleUrl"], console(self.group))
        self.assertEqual(payload["anomalyGroupId"], group_id)
        self.assertEqual(payload["alertName"], "oncall")
        self.assertEqual(payload["alertArn"], ALERT)
        self.assertEqual(payload["alertEventId"], f"{ALERT}:event/{group_id}")
        self.assertEqual(payload["alertDescription"], "Orders <of> the café")
        self.assertEqual(payload["timestamp"], "2025-01-06T00:00Z[UTC]")
        self.check_impact(payload["impactedMetric"])

    def check_impact(self, impact):
        self.assertEqual(list(impact), ["metricName", "dimensionContribution",
                                        "relevantTimeSeries"])
        self.assertEqual(impact["metricName"], "orders")
        self.assertEqual([one["dimensionName"] for one in impact["dimensionContribution"]],
                         ["country", "device"])
        known = {one["dimension"]: {value["value"]: value["percent"] for value in one["values"]}
                 for measure in self.group["measures"] if measure["measure"] == "orders"
                 for one in measure["contributions"]}
        for one in impact["dimensionContribution"]:
            shares = [value["valueContribution"] for value in one["dimensionValueContributions"]]
            self.assertTrue(all(isinstance(share, int) for share in shares), shares)
            self.assertEqual(sum(shares), 100)
            self.assertEqual(shares, sorted(shares, reverse=True))
            for value in one["dimensionValueContributions"]:
                self.assertAlmostEqual(value["valueContribution"],
                                       known[one["dimensionName"]][value["dimensionValue"]],
                                       delta=1)
        top = self.series[:3]
        self.assertEqual(len(impact["relevantTimeSeries"]), len(top))
        for told, one in zip(impact["relevantTimeSeries"], top):
            self.assertRegex(told["timeSeriesId"], r"^[0-9a-f]{128}$")
            self.assertEqual(told["dimensions"],
                             [{"dimensionName": name, "dimensionValue": value}
                              for name, value in sorted(one["dimensions"].items())])
            self.assertEqual(told["metricValue"], one["value"])

    def test_json(self):
        """sns json: every field of the reference, with attributes that subscriptions choose by"""
        envelope = self.envelope("json")
        self.assertGreater(len(self.series), 3)  # So that three of them are a choice.
        self.check_payload(json.loads(envelope["Message"]))
        self.assertNotIn("Subject", envelope)
        self.assertEqual({name: (one["Type"], one["Value"])
                          for name, one in envelope["MessageAttributes"].items()},
                         {"severity": ("Number", f"{score_of(self.group)}"),
                          "detector": ("String", "shop"), "measure": ("String", "orders"),
                          "event": ("String", "opened"), "alert": ("String", "oncall"),
                          "delivery_id": ("String", self.delivery("json")["id"])})

    def test_filter_policies(self):
        """sns: subscriptions get what their policies on severity and measure let through"""
        self.check_payload(json.loads(self.envelope("loud")["Message"]))
        self.assertEqual(self.moto.receive("calm"), [])
        self.assertEqual(self.moto.receive("revenue"), [])

    def first_line(self):
        score = f"{score_of(self.group):.2f}".rstrip("0").rstrip(".")
        return ("[Amazon LookoutForMetrics] The anomaly detector shop detected an anomaly in orders "
                f"with a severity score of {score} on January 6, 2025 at 12:00 AM.")

    def test_long_text(self):
        """sns long_text: line by line"""
        envelope = self.envelope("long_text")
        graphs = []
        for one in self.series[:3]:
            values = [value for _, value in sorted(one["dimensions"].items())]
            graphs += ["orders for: " + ", ".join(values) if values else "orders", ""]
        self.assertEqual(envelope["Message"].split("\n"), [
            self.first_line(), "Anomalous graphs were detected for the following:", "", *graphs,
            "To view the anomaly, visit the Lookout for Metrics console at: " + console(self.group),
            f"To modify settings for this alert: {PUBLIC_URL}/#{DETECTOR}/alerts/alertDetails/"
            + ALERT])
        self.assertRegex(envelope["Subject"], r"^Anomaly in orders \(shop\) opened: severity [\d.]+$")

    def test_short_text(self):
        """sns short_text: a sentence and a link"""
        message = self.envelope("short_text")["Message"]
        self.assertEqual(message.split("\n"), [
            self.first_line(),
            "To view the anomaly, visit the Lookout for Metrics console at: " + console(self.group)])
        self.assertLess(len(message), 1600)

    def test_sns_signs_and_is_patient(self):
        """sns: every request is signed; throttling is waited out, a topic that is not there is not"""
        self.assertEqual(self.sns.badly_signed, [])
        self.assertEqual({request.scope[1:] for request in self.sns.requests}, {(REGION, "sns")})
        sent = [self.delivery(name) for name in self.topics]
        self.assertEqual([one["state"] for one in sent], ["delivered"] * 3)
        self.assertEqual(sorted(one["attempts"] for one in sent + [self.delivery("missing")]),
                         [1, 1, 1, 2])
        missing = self.delivery("missing")
        self.assertEqual(missing["state"], "dead")
        self.assertIn("404 NotFound", missing["last_error"])
        self.assertIn("check its name, the region and the endpoint", missing["last_error"])

    def test_function(self):
        """lambda: the same payload as the event of an asynchronous, signed call, after a 503"""
        call, = self.functions.requests
        self.assertEqual(self.functions.badly_signed, [])
        self.assertEqual(call.scope[1:], (REGION, "lambda"))
        self.assertEqual(call.path, "/2015-03-31/functions/" +
                         urllib.parse.quote(FUNCTION, safe="") + "/invocations")
        self.assertEqual(call.headers["x-amz-invocation-type"], "Event")
        self.check_payload(json.loads(call.body))
        self.assertEqual(self.delivery("function")["attempts"], 2)

    def mails_to(self, address, alert="oncall"):
        return [message for _, to, message in self.mails.mails
                if to == address and message["X-Bellwether-Alert"] == alert]

    def test_mail(self):
        """email: text and HTML over TLS with a log-in, to each address once, in one thread"""
        message, = self.mails_to("ops@shop.example")
        again, = self.mails_to("later@shop.example")
        self.assertTrue(all(self.mails.is_private))
        # One of the two mails to that address met the refusal.
        self.assertEqual(sum(self.delivery("mail", alert)["attempts"]
                             for alert in ("oncall", "endings")), 3)
        delivery = self.delivery("mail")["id"]
        self.assertEqual(message["Message-ID"], f"<{delivery}@shop.example>")
        self.assertEqual(again["Message-ID"], message["Message-ID"])
        self.assertEqual(message["From"], f"Bellwether <{MAIL_FROM}>")
        self.assertEqual(message["To"], "ops@shop.example, later@shop.example")
        self.assertRegex(message["Subject"], r"^Anomaly in orders of shop, severity [\d.]+$")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message["Date"].datetime.utcoffset().total_seconds(), 0)
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        text, html = (part.get_content() for part in message.iter_parts())
        self.assertEqual(message.defects, [])
        link = f"{PUBLIC_URL}/anomalies/{self.group['id']}"
        for part in ("orders", "country=NL, device=phone", "January 6, 2025 at 12:00 AM UTC", link,
                     delivery):
            self.assertIn(part, text)
            self.assertIn(part, html)
        self.assertIn("(Orders <of> the café)", text)
        self.assertIn("(Orders &lt;of&gt; the café)", html)
        ending, = self.mails_to("ops@shop.example", "endings")
        self.assertRegex(ending["Subject"], "^Anomaly in (orders|revenue) of shop is over$")
        self.assertNotEqual(ending["Message-ID"], message["Message-ID"])
        self.assertEqual(ending["References"], f"<anomaly-{self.group['id']}@shop.example>")
        self.assertEqual(ending["References"], message["References"])

    def test_mail_by_tls(self):
        """email: TLS from the first byte; nothing goes to a server that shows another certificate"""
        (_, to, message), = self.tls_mails.mails
        self.assertEqual(to, "ops@shop.example")
        self.assertEqual(message["X-Bellwether-Alert"], "oncall")
        for sink, word in (("mail-distrusted", "certificate"), ("mail-without-tls", "timed out")):
            delivery = self.delivery(sink)
            self.assertEqual(delivery["state"], "dead", delivery)
            self.assertIn(word, delivery["last_error"])
        self.assertEqual(len(self.mails_to("ops@shop.example")), 1)

    def test_refused_mail(self):
        """email: an address that is refused keeps no other waiting; a wrong password is told of"""
        self.assertEqual(len(self.mails_to("boss@shop.example")), 1)
        partly = self.delivery("mail-partly")
        self.assertEqual((partly["state"], partly["attempts"]), ("dead", 1))
        self.assertIn("mailing gone@shop.example", partly["last_error"])
        self.assertIn("550 no such user", partly["last_error"])
        locked_out = self.delivery("mail-locked-out")
        self.assertEqual(locked_out["state"], "dead")
        self.assertIn("535", locked_out["last_error"])
        self.assertNotIn("sesame", json.dumps(locked_out) + self.server.log())

    def test_kafka(self):
        """kafka: the webhook's body under the group's id, through a log-in"""
        (headers, value), = self.broker.read("events")
        body = json.loads(value)
        delivery = self.delivery("events")
        self.assertEqual(headers, {"(key)": self.group["id"], "delivery-id": delivery["id"],
                                   "event": "anomaly.opened", "alert": "oncall"})
        self.assertEqual(body["version"], 1)
        self.assertEqual(body["event"], "anomaly.opened")
        self.assertEqual(body["delivery_id"], delivery["id"])
        self.assertEqual(body["anomaly"]["id"], self.group["id"])
        self.assertEqual(delivery["state"], "delivered")
        self.assertTrue(re.match(r"2\d{3}-", body["sent_at"]))


if __name__ == "__main__":
    harness.main(150)
