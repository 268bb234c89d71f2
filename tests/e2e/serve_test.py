#!/usr/bin/env python3
"""The server from outside: rows in over HTTP, groups and webhooks out."""

import gzip
import hashlib
import json
import signal

import harness
import made_up
from harness import wait_until
from webhook_receiver import WebhookReceiver

SPIKES = (100, 130)
HOURS = 160


def hook_sink(receiver, folder, **changes):
    secret = receiver.write_secret(folder / "secret")
    return {"name": "ops", "webhook": {"url": receiver.url, "secret_file": secret},
            "retry": {"first_wait": "50ms", "longest_wait": "200ms"}, **changes}


def alert(**changes):
    return {"name": "spikes", "detector": "shop", "severity": 50, "sinks": ["ops"], **changes}


class RowsIn(harness.Case):
    """POST /detectors/{name}/rows"""

    def setUp(self):
        super().setUp()
        self.shop = self.server({"detectors": [made_up.detector()]})

    def rows_counted(self):
        quality = self.shop.list("/detectors/shop/quality", "intervals")
        return sum(interval["rows"] for interval in quality)

    def test_every_format_is_read(self):
        """NDJSON, CSV, a JSON array, and each of them packed with gzip"""
        made = made_up.rows(7)
        hours = [made[i:i + 4] for i in range(0, len(made), 4)]
        lines = "".join(json.dumps(row) + "\n" for row in hours[0])
        bodies = [(lines, "application/x-ndjson", None),
                  (made_up.to_csv(hours[1]), "text/csv", None),
                  (json.dumps(hours[2]), "application/json", None)]
        bodies += [("".join(json.dumps(row) + "\n" for row in hours[3]),
                    "application/x-ndjson", "gzip"),
                   (made_up.to_csv(hours[4]), "text/csv; charset=utf-8", "gzip"),
                   (json.dumps(hours[5]), "application/json", "gzip"),
                   (json.dumps(hours[6]), "application/json", None)]
        for body, kind, packing in bodies:
            headers = {"Content-Type": kind}
            body = body.encode()
            if packing:
                headers["Content-Encoding"] = packing
                body = gzip.compress(body)
            answer = self.shop.request("POST", "/api/v1/detectors/shop/rows", body, headers)
            self.assertEqual((answer.status, answer.json()["accepted"]), (202, 4), (kind, answer))
        self.shop.wait_for_intervals("shop", 6)
        self.assertEqual(self.rows_counted(), 24)

    def test_bad_rows_are_named_and_the_rest_goes_on(self):
        """accepted, rejected and errors by row"""
        good, worse, bad = made_up.rows(1)[:3]
        worse["timestamp"] = "yesterday"
        del bad["country"]
        answer = self.shop.push("shop", [good, worse, bad])
        self.assertEqual(answer.status, 202, answer)
        said = answer.json()
        self.assertEqual((said["accepted"], said["rejected"]), (1, 2))
        self.assertEqual([error["row"] for error in said["errors"]], [2, 3])
        self.assertIn("yesterday", said["errors"][0]["message"])
        self.assertIn("country", said["errors"][1]["message"])

    def test_a_key_is_honoured_once(self):
        """the same Idempotency-Key gives the same answer and counts nothing twice"""
        made = made_up.rows(2)
        first = self.shop.push("shop", made[:4], key="one")
        again = self.shop.push("shop", made[:4], key="one")
        self.assertEqual((first.status, first.body), (again.status, again.body))
        self.shop.push("shop", made[4:], key="two")
        self.shop.wait_for_intervals("shop", 1)
        self.assertEqual(self.rows_counted(), 4)

    def test_what_is_no_row_is_refused(self):
        """415 for a type or coding it does not read, 404 for a stranger, 413 for too much"""
        self.assert_problem(self.shop.push("shop", [], {"Content-Type": "text/html"}), 415)
        self.assert_problem(self.shop.push("shop", [], {"Content-Encoding": "br"}), 415)
        self.assert_problem(self.shop.push("nobody", made_up.rows(1)), 404, "nobody")

    def test_too_much_at_once_is_refused(self):
        """a body over the limit, plain or when unpacked"""
        small = self.server({"server": {"limits": {"body_bytes": 4096}},
                             "detectors": [made_up.detector()]}, name="small")
        made = made_up.rows(20)
        self.assert_problem(small.push("shop", made), 413)
        self.assert_problem(small.push("shop", made, {"Content-Encoding": "gzip"}), 413)
        self.assertEqual(small.push("shop", made[:4]).status, 202)


class FromRowsToAlerts(harness.Case):
    """One life of a detector, from the first row to the webhook."""

    def test_the_whole_path(self):
        """states, groups, points with bounds, a signed webhook, the ledger; on after a restart"""
        with WebhookReceiver() as receiver:
            shop = self.server({"detectors": [made_up.detector()],
                                "sinks": [hook_sink(receiver, self.folder)],
                                "alerts": [alert(notify_on=["opened", "closed"])]})
            self.assertIn(shop.status("shop")["state"], ("activating", "learning"))
            made = made_up.rows(HOURS, SPIKES)
            shop.push_all("shop", made[:40 * 4])
            shop.wait_for_intervals("shop", 39)
            self.assertEqual(shop.status("shop")["state"], "learning")
            shop.push_all("shop", made[40 * 4:])
            shop.wait_for_intervals("shop", HOURS - 1)
            wait_until(lambda: shop.status("shop")["state"] == "active", "the state active")
            self.check_groups(shop)
            self.check_points(shop, made)
            self.check_webhooks(shop, receiver)
            self.check_restart(shop)

    def check_groups(self, shop):
        groups = shop.groups("shop", min_severity=50)
        self.assertEqual([group["start"] for group in groups],
                         [made_up.rfc3339(hour) for hour in SPIKES])
        for group in groups:
            self.assertEqual(group["status"], "closed")
            self.assertEqual({one["measure"] for one in group["measures"]}, {"orders", "revenue"})
            leaf = next(series for series in group["series"] if series["measure"] == "orders" and
                        series["dimensions"] == {"country": "NL", "device": "phone"})
            self.assertGreater(leaf["value"], leaf["upper"])
            self.assertLess(leaf["expected"], leaf["upper"])
        newest_first = shop.list("/anomalies", "anomalies", detector="shop", limit=1)
        starts = [group["start"] for group in newest_first]
        self.assertEqual(starts, sorted(starts, reverse=True))
        by_value = shop.list("/anomalies", "anomalies", **{"dimension.country": "FR"})
        self.assertEqual(by_value, [])
        series = shop.get(f"/anomalies/{groups[0]['id']}/series")["series"]
        self.assertEqual(series[0]["measure"], groups[0]["series"][0]["measure"])

    def check_points(self, shop, made):
        points = shop.get("/detectors/shop/points", measure="orders", **{
            "dimension.country": "NL", "dimension.device": "phone"})
        wanted = [row["orders"] for row in made
                  if (row["country"], row["device"]) == ("NL", "phone")]
        self.assertEqual(points["values"], wanted[:-1])
        self.assertEqual(points["timestamps"][0], made_up.rfc3339(0))
        self.assertEqual({len(points[name]) for name in
                          ("timestamps", "values", "expected", "lower", "upper", "severity")},
                         {HOURS - 1})
        hour = SPIKES[0]
        self.assertLess(points["lower"][hour], points["expected"][hour])
        self.assertGreater(points["values"][hour], points["upper"][hour])
        self.assertGreater(points["severity"][hour], 50)
        self.assertLess(points["severity"][hour - 3], 50)
        part = shop.get("/detectors/shop/points", measure="orders", **{
            "from": made_up.rfc3339(10), "to": made_up.rfc3339(12)})
        self.assertEqual(part["timestamps"], [made_up.rfc3339(10), made_up.rfc3339(11)])
        total = sum(row["orders"] for row in made[40:44])
        self.assertEqual(part["values"][0], total, "without dimensions it is the roll-up of all")

    def check_webhooks(self, shop, receiver):
        wait_until(lambda: len(receiver.accepted()) >= 4, "four webhooks")
        groups = {group["id"]: group for group in shop.groups("shop", min_severity=50)}
        events = sorted((one.body["event"], one.body["anomaly"]["id"])
                        for one in receiver.accepted())
        self.assertEqual(events, sorted((event, group) for group in groups
                                        for event in ("anomaly.opened", "anomaly.closed")))
        for one in receiver.received():
            self.assertTrue(one.is_signed_well)
            self.assertEqual(one.webhook_id, one.body["delivery_id"])
            self.assertEqual(one.body["version"], 1)
            self.assertEqual(one.body["alert"], {"name": "spikes"})
            self.assertEqual(one.body["detector"], {"name": "shop", "interval": "1h"})
            self.assertTrue(one.body["links"]["anomaly"].endswith(one.body["anomaly"]["id"]))
        wait_until(lambda: not shop.list("/deliveries", "deliveries", state="pending"),
                   "an empty outbox")
        ledger = shop.list("/deliveries", "deliveries", alert="spikes")
        self.assertEqual({one["id"] for one in ledger},
                         {one.webhook_id for one in receiver.accepted()})
        self.assertEqual({one["state"] for one in ledger}, {"delivered"})

    def check_restart(self, shop):
        before = shop.groups("shop")
        self.assertEqual(shop.stop(), 0, "exit code after SIGTERM")
        shop.start()
        self.assertEqual(shop.groups("shop"), before)
        shop.push_all("shop", made_up.rows(10, first=HOURS))
        shop.wait_for_intervals("shop", HOURS + 9)
        self.assertEqual(shop.status("shop")["state"], "active")
        self.assertEqual(shop.groups("shop")[:len(before)], before)


class Feedback(harness.Case):
    """What people say of anomalies."""

    def test_it_counts_is_seen_and_is_taken_back(self):
        """pending, active, undone; the same event again is no news while it counts"""
        shop = self.server({"detectors": [made_up.detector()]})
        spikes = (100, 124, 148)
        made = made_up.rows(160, spikes)
        shop.push_all("shop", made[:110 * 4])
        shop.wait_for_intervals("shop", 109)
        path = f"/anomalies/{shop.groups('shop')[0]['id']}/feedback"
        said = shop.api("POST", path, {"is_anomaly": False, "comment": "a sale"})
        self.assertEqual(said.status, 201, said)
        self.assertEqual(said.json()["effect"]["state"], "pending")

        shop.push_all("shop", made[110 * 4:130 * 4])
        shop.wait_for_intervals("shop", 129)
        effect = shop.get(path)["feedback"][0]["effect"]
        self.assertEqual((effect["state"], effect["from"], effect["to"]),
                         ("active", made_up.rfc3339(109), None))
        self.assertGreater(effect["series"], 1)
        self.assertEqual([group["start"] for group in shop.groups("shop")],
                         [made_up.rfc3339(100)], "the sale of hour 124 is no news")

        one = path + "/" + said.json()["id"]
        self.assertEqual(shop.api("DELETE", one).json()["effect"]["state"], "undone")
        shop.kill()  # What was said and not yet heard survives this.
        shop.start()
        shop.push_all("shop", made[130 * 4:])
        shop.wait_for_intervals("shop", 159)
        undone = shop.get(path)["feedback"][0]
        self.assertEqual((undone["undone_by"], undone["effect"]["to"]),
                         ("local", made_up.rfc3339(129)))
        self.assertEqual([group["start"] for group in shop.groups("shop")],
                         [made_up.rfc3339(100), made_up.rfc3339(148)], "news again")


class Alerts(harness.Case):
    """Deliveries that are tried out, muted, or in trouble."""

    def test_a_test_of_an_alert_takes_the_real_path(self):
        """POST /alerts/{name}/test: a marked, signed webhook and a line in the ledger"""
        with WebhookReceiver() as receiver:
            shop = self.server({"detectors": [made_up.detector()],
                                "sinks": [hook_sink(receiver, self.folder)], "alerts": [alert()]})
            answer = shop.api("POST", "/alerts/spikes/test")
            self.assertIn(answer.status, (200, 202), answer)
            one = wait_until(receiver.accepted, "the test's webhook")[0]
            self.assertTrue(one.is_signed_well)
            self.assertIs(one.body["test"], True)
            self.assert_problem(shop.api("POST", "/alerts/nobody/test"), 404, "nobody")

    def test_a_silence_mutes(self):
        """no delivery while a silence is in force"""
        with WebhookReceiver() as receiver:
            shop = self.server({"detectors": [made_up.detector()],
                                "sinks": [hook_sink(receiver, self.folder)], "alerts": [alert()]})
            answer = shop.api("POST", "/silences", {
                "alert": "spikes", "from": made_up.rfc3339(90), "until": made_up.rfc3339(120),
                "owner": "night shift", "reason": "a sale"})
            self.assertEqual(answer.status, 201, answer)
            self.assertEqual(len(shop.list("/silences", "silences")), 1)
            # Rules reach a running detector a moment later; what is pushed after that obeys them.
            shop.push_all("shop", made_up.rows(60))
            shop.wait_for_intervals("shop", 59)
            shop.push_all("shop", made_up.rows(HOURS - 60, SPIKES, first=60))
            shop.wait_for_intervals("shop", HOURS - 1)
            wait_until(receiver.accepted, "a webhook")
            told = {one.body["anomaly"]["start"] for one in receiver.received()}
            self.assertEqual(told, {made_up.rfc3339(SPIKES[1])})
            self.assertEqual(shop.api("DELETE", "/silences/" + answer.json()["id"]).status, 204)
            self.assertEqual(shop.list("/silences", "silences"), [])

    def test_a_refused_delivery_dies_and_is_redriven(self):
        """nobody listens until max_age: dead, with the reason; redriven once somebody does"""
        with WebhookReceiver() as receiver:
            nowhere = f"http://127.0.0.1:{harness.free_port()}/hook"
            sink = hook_sink(receiver, self.folder, retry={
                "first_wait": "50ms", "longest_wait": "100ms", "max_age": "300ms"})
            sink["webhook"]["url"] = nowhere
            config = {"detectors": [made_up.detector()], "sinks": [sink], "alerts": [alert()]}
            shop = self.server(config)
            shop.api("POST", "/alerts/spikes/test")
            dead = wait_until(lambda: shop.list("/deliveries", "deliveries", state="dead"),
                              "a dead delivery")[0]
            self.assertNotEqual(dead["last_error"], "")
            self.assertGreater(dead["attempts"], 1)
            sink["webhook"]["url"] = receiver.url
            shop.configure(config)
            shop.signal(signal.SIGHUP)
            wait_until(lambda: "reload" in shop.log(), "the reload in the log")
            self.assertIn(shop.api("POST", f"/deliveries/{dead['id']}/redrive").status, (200, 202))
            self.assertEqual(wait_until(receiver.accepted, "the webhook")[0].webhook_id, dead["id"])


class WhoMayEnter(harness.Case):
    """Tokens and roles."""

    TOKENS = {"reader": "viewer", "writer": "editor", "chief": "admin"}

    def setUp(self):
        super().setUp()
        tokens = [{"name": name, "role": role, "sha256": hashlib.sha256(name.encode()).hexdigest()}
                  for name, role in self.TOKENS.items()]
        self.shop = self.server({"server": {"auth": {"tokens": tokens}},
                                 "detectors": [made_up.detector()]})

    def by(self, token, method, path, body=None):
        return self.shop.api(method, path, body, {"Authorization": "Bearer " + token})

    def test_nobody_without_a_token(self):
        """401 without a token or with a wrong one; /healthz stays open"""
        self.assert_problem(self.shop.api("GET", "/detectors"), 401)
        self.assert_problem(self.by("guess", "GET", "/detectors"), 401)
        self.assertEqual(self.shop.request("GET", "/healthz").status, 200)

    def test_each_role_does_its_part(self):
        """viewers read, editors change, admins delete"""
        self.assertEqual(self.by("reader", "GET", "/detectors").status, 200)
        other = made_up.detector("other")
        self.assert_problem(self.by("reader", "POST", "/detectors", other), 403)
        self.assertEqual(self.by("writer", "POST", "/detectors", other).status, 201)
        self.assert_problem(self.by("writer", "DELETE", "/detectors/other"), 403)
        self.assertIn(self.by("chief", "DELETE", "/detectors/other").status, (202, 204))


class Configured(harness.Case):
    """What comes from the file, and what comes by the API."""

    def test_what_the_file_says_is_read_only(self):
        """provisioned: true, and 4xx on change"""
        shop = self.server({"detectors": [made_up.detector()]})
        self.assertIs(shop.get("/detectors/shop")["provisioned"], True)
        for method, body in (("PUT", made_up.detector(threshold=80)), ("DELETE", None)):
            answer = shop.api(method, "/detectors/shop", body)
            self.assertIn(answer.status, (403, 409), answer)

    def test_what_the_api_made_lives_on(self):
        """a detector made, stopped, started, lasting over a restart, deleted"""
        shop = self.server({})
        self.assertEqual(shop.api("POST", "/detectors", made_up.detector()).status, 201)
        self.assert_problem(shop.api("POST", "/detectors", made_up.detector()), 409, "shop")
        self.assert_problem(shop.api("POST", "/detectors", {"name": "x", "interval": "7x"}), 400,
                            "interval")
        shop.push_all("shop", made_up.rows(5))
        shop.wait_for_intervals("shop", 4)
        self.assertEqual(shop.stop(), 0)
        shop.start()
        self.assertIs(shop.get("/detectors/shop")["provisioned"], False)
        self.assertEqual(shop.status("shop")["intervals"], 4)
        for verb, states in (("deactivate", ("deactivated",)), ("activate", ("learning",))):
            self.assertIn(shop.api("POST", "/detectors/shop/" + verb).status, (200, 202))
            wait_until(lambda: shop.status("shop")["state"] in states, states)
        self.assertIn(shop.api("DELETE", "/detectors/shop").status, (202, 204))
        wait_until(lambda: shop.api("GET", "/detectors/shop").status == 404, "its end")

    def test_a_changed_threshold_counts_from_then_on(self):
        """severities and the models stay; only what is listed as an anomaly changes"""
        shop = self.server({})
        self.assertEqual(shop.api("POST", "/detectors", made_up.detector()).status, 201)
        self.assertEqual(shop.get("/detectors/shop")["threshold"], 60)
        shop.push_all("shop", made_up.rows(120))
        shop.wait_for_intervals("shop", 119)
        self.assertEqual(shop.groups("shop"), [])
        before = shop.get("/detectors/shop/points", measure="orders")
        changed = made_up.detector(threshold=20)
        self.assertEqual(shop.api("PUT", "/detectors/shop", changed).status, 200)
        wait_until(lambda: shop.log().count("starting detector") == 2, "the change to be taken up")
        shop.push_all("shop", made_up.rows(20, first=120))
        shop.wait_for_intervals("shop", 139)
        groups = shop.groups("shop")
        self.assertGreater(len(groups), 0)
        self.assertGreaterEqual(groups[0]["start"], made_up.rfc3339(119))
        after = shop.get("/detectors/shop/points", measure="orders")
        self.assertEqual(after["severity"][:119], before["severity"])
        self.assertIsNotNone(after["severity"][119], "it has not begun anew")

    def test_a_reload_is_whole_or_not_at_all(self):
        """SIGHUP: a good file is taken over, a bad one is refused and the old one stays"""
        shop = self.server({"detectors": [made_up.detector()]})
        shop.configure({"detectors": [made_up.detector(), made_up.detector("second")]})
        shop.signal(signal.SIGHUP)
        wait_until(lambda: shop.api("GET", "/detectors/second").status == 200, "the new detector")
        shop.configure({"detectors": [made_up.detector("third"),
                                      made_up.detector("fourth", interval="7x")]})
        shop.signal(signal.SIGHUP)
        wait_until(lambda: "detectors[1].interval" in shop.log(), "the refusal in the log")
        self.assertEqual(shop.api("GET", "/detectors/third").status, 404)
        self.assertEqual(shop.status("second")["intervals"], 0)
        self.assertEqual(shop.stop(), 0)

    def test_a_bad_configuration_does_not_start(self):
        """exit code 1 and each problem with its line"""
        server = harness.Server(self.folder, {"detectors": [made_up.detector(interval="7x")]})
        server.start(is_awaited=False)
        self.addCleanup(harness.end, server)
        self.assertEqual(server.process.wait(timeout=20), 1)
        self.assertRegex(server.log(), r"bellwether\.yaml:\d+:\d+: detectors\[0\]\.interval: ")

    def test_a_second_server_does_not_start(self):
        """exit code 1 where the address or the store is another's"""
        shop = self.server({"detectors": [made_up.detector()]})
        for folder, port, words in (("same-port", shop.port, str(shop.port)),
                                    ("same-store", harness.free_port(), "data")):
            (self.folder / folder).mkdir()
            second = harness.Server(self.folder / folder, {})
            second.port = port
            second.configure({"store": {"path": str(shop.data)}} if folder == "same-store" else {})
            second.start(is_awaited=False)
            self.addCleanup(harness.end, second)
            self.assertEqual(second.process.wait(timeout=20), 1, second.log())
            self.assertIn(words, second.log())
        self.assertEqual(shop.request("GET", "/readyz").status, 200)

    def test_interrupt_stops_it_too(self):
        """SIGINT: exit code 0"""
        shop = self.server({"detectors": [made_up.detector()]})
        shop.signal(signal.SIGINT)
        self.assertEqual(shop.process.wait(timeout=20), 0)

    def test_it_says_how_it_is(self):
        """/healthz, /readyz, /metrics and the OpenAPI document"""
        shop = self.server({"detectors": [made_up.detector()]})
        shop.push_all("shop", made_up.rows(3))
        shop.wait_for_intervals("shop", 2)
        self.assertEqual(shop.request("GET", "/healthz").status, 200)
        metrics = shop.request("GET", "/metrics")
        self.assertTrue(metrics.headers["Content-Type"].startswith("text/plain"))
        self.assertIn(b'bellwether_intervals_total{detector="shop"} 2', metrics.body)
        self.assertTrue(shop.request("GET", "/api/openapi.json").json()["openapi"].startswith("3.1"))


if __name__ == "__main__":
    harness.main()
